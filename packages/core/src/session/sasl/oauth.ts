import { InvalidArgumentError } from '../../errors/index.ts'
import { decodeUtf8, encodeUtf8 } from '../../wire/index.ts'
import { gs2Header } from './gs2.ts'
import type { SaslCredentials, SaslExchange, SaslMechanism } from './mechanism.ts'

/** RFC 7628. */
export const oauthBearer: SaslMechanism = {
  name: 'OAUTHBEARER',
  plaintext: true,
  proof: 'token',
  start(credentials, { server }) {
    checkCarried(credentials)
    const { user, token, authzid = user } = credentials
    const where = server === undefined ? '' : `host=${server.host}\x01port=${server.port}\x01`
    const message = `${gs2Header('n', authzid)}\x01${where}auth=Bearer ${token}\x01\x01`
    // RFC 7628 §3.2.3: the refusal comes as the reply to a lone separator.
    return new OAuthExchange(message, Uint8Array.of(1))
  },
}

/** Google's protocol, which Microsoft speaks as well. */
export const xoauth2: SaslMechanism = {
  name: 'XOAUTH2',
  plaintext: true,
  proof: 'token',
  carriesAuthzid: false,
  start(credentials) {
    checkCarried(credentials)
    const { user, token } = credentials
    // The refusal comes as the reply to an empty response.
    return new OAuthExchange(`user=${user}\x01auth=Bearer ${token}\x01\x01`, new Uint8Array(0))
  },
}

class OAuthExchange implements SaslExchange {
  readonly initialResponse: Uint8Array
  explanation: string | undefined
  readonly #acknowledgement: Uint8Array

  constructor(message: string, acknowledgement: Uint8Array) {
    this.initialResponse = encodeUtf8(message)
    this.#acknowledgement = acknowledgement
  }

  /** The one challenge that there is tells what is wrong, in JSON. */
  respond(challenge: Uint8Array): Uint8Array | 'cancel' {
    if (this.explanation !== undefined) return 'cancel'
    this.explanation = decodeUtf8(challenge)
    return this.#acknowledgement
  }
}

/** What would end a field of the message, and begin one of somebody else's. */
function checkCarried({ user, token, authzid = '' }: SaslCredentials): void {
  for (const [field, value] of Object.entries({ user, authzid })) {
    if (/\p{Cc}/u.test(value)) throw new InvalidArgumentError(`auth.${field}`, 'must not hold control characters')
  }
  // RFC 6750 §2.1, and what is seen besides.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InvalidArgumentError('auth.token', 'must be printable US-ASCII without blanks, and not empty')
  }
}
