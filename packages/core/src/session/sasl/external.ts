import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/** RFC 4422 App. A: the client's certificate has said who it is, and all that is left to say is whom to act as. */
export const external: SaslMechanism = {
  name: 'EXTERNAL',
  plaintext: false,
  proof: 'certificate',
  start({ authzid = '' }) {
    return { initialResponse: encodeUtf8(authzid), respond: () => 'cancel' }
  },
}
