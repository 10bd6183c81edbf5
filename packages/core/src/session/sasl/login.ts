import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/**
 * draft-murchison-sasl-login-00. Prompts are answered by their order, whatever they say. The user name goes with
 * the command, as smtplib sends it and servers take it, which saves a round trip.
 */
export const login: SaslMechanism = {
  name: 'LOGIN',
  plaintext: true,
  carriesAuthzid: false,
  start({ user, pass }) {
    const answers = [encodeUtf8(pass)]
    return { initialResponse: encodeUtf8(user), respond: () => answers.shift() ?? 'cancel' }
  },
}
