import { InvalidArgumentError } from '../../errors/index.ts'
import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/** RFC 4616. */
export const plain: SaslMechanism = {
  name: 'PLAIN',
  plaintext: true,
  start({ user, pass, authzid = '' }) {
    const parts = { 'auth.authzid': authzid, 'auth.user': user, 'auth.pass': pass }
    for (const [field, part] of Object.entries(parts)) {
      if (part.includes('\0')) throw new InvalidArgumentError(field, 'must not hold a NUL character')
    }
    return { initialResponse: encodeUtf8(`${authzid}\0${user}\0${pass}`), respond: () => 'cancel' }
  },
}
