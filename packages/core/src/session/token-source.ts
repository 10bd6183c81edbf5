import type { AuthenticationError } from '../errors/index.ts'
import type { Credentials, TokenCredentials } from './credentials.ts'
import type { Flow } from './flow.ts'
import { fetchToken } from './work.ts'

/** The access token of one attempt to authenticate, fetched when it is first needed, and once more when it is stale. */
export class TokenSource {
  readonly #credentials: TokenCredentials | undefined
  #token: string | undefined
  #renewed = false

  constructor(credentials: Credentials) {
    this.#credentials = 'token' in credentials ? credentials : undefined
  }

  /** The token for a mechanism; empty where the credentials are none. */
  *current(mechanism: string): Flow<string> {
    this.#token ??= yield* this.#fetch(mechanism)
    return this.#token
  }

  /** Asks for another one in place of that which was refused, once. False where there is none. */
  *renew(mechanism: string): Flow<boolean> {
    if (this.#renewed) return false
    this.#renewed = true
    const refused = this.#token
    this.#token = yield* this.#fetch(mechanism, refused)
    return this.#token !== refused
  }

  *#fetch(mechanism: string, refused?: string): Flow<string> {
    const { user = '', token = '' } = this.#credentials ?? {}
    if (typeof token === 'string') return token
    return yield* fetchToken(token, { user, mechanism, ...(refused !== undefined && { refused }) })
  }
}

/**
 * Whether a refusal means that the token is stale. Where the server gives no reason, as Microsoft's, that is the likeliest
 * one; where it gives another one, such as a missing scope, a new token would not help.
 */
export function isStale({ replyCode, permanent, explanation }: AuthenticationError): boolean {
  const status = statusOf(explanation)
  if (status === undefined) return replyCode === 535
  return permanent && (status === '401' || status === 'invalid_token')
}

/** What OAUTHBEARER (RFC 7628 §3.2.2) and XOAUTH2 tell in JSON. */
function statusOf(explanation = ''): string | undefined {
  try {
    return String(JSON.parse(explanation).status)
  } catch {
    return undefined
  }
}
