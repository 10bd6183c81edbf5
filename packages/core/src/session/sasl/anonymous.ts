import { InvalidArgumentError } from '../../errors/index.ts'
import { encodeUtf8, parseForwardPath } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'
import { checkTrace } from './saslprep.ts'

/**
 * RFC 4505: no identity at all. The user, if one is given, is a trace for the server's log: an email address, or any text
 * without an at sign. Only used where it is asked for by name.
 */
export const anonymous: SaslMechanism = {
  name: 'ANONYMOUS',
  plaintext: false,
  proof: 'nothing',
  carriesAuthzid: false,
  start({ user }) {
    checkTrace('auth.user', user)
    if (user.includes('@') ? !isAddress(user) : Array.from(user).length > 255) {
      throw new InvalidArgumentError('auth.user', 'must be an email address, or at most 255 characters without @')
    }
    return { initialResponse: encodeUtf8(user), respond: () => 'cancel' }
  },
}

function isAddress(text: string): boolean {
  try {
    return parseForwardPath(text) !== undefined
  } catch {
    return false
  }
}
