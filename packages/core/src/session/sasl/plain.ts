import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/** RFC 4616. */
export const plain: SaslMechanism = {
  name: 'PLAIN',
  plaintext: true,
  start({ user, pass, authzid = '' }) {
    return { initialResponse: encodeUtf8(`${authzid}\0${user}\0${pass}`), respond: () => 'cancel' }
  },
}
