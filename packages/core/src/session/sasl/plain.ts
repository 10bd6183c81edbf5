import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/** RFC 4616. */
export const plain: SaslMechanism = {
  name: 'PLAIN',
  plaintext: true,
  start({ user, pass, authzid = '' }) {
    const response = encodeUtf8(`${authzid}\0${user}\0${pass}`)
    // Some servers pass over what came with the command, and ask for it.
    return { initialResponse: response, respond: ({ length }) => (length === 0 ? response : 'cancel') }
  },
}
