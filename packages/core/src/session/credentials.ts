import { InvalidArgumentError } from '../errors/index.ts'
import type { TokenProvider } from './demand.ts'
import type { SaslCredentials } from './sasl/mechanism.ts'

/** Who a user is, and what proves it. */
export type Credentials = PasswordCredentials | TokenCredentials | CertificateCredentials

export interface PasswordCredentials {
  /** The authentication identity. */
  readonly user: string
  readonly pass: string
  /** The identity to act as, where it is another one (RFC 4616 §2). */
  readonly authzid?: string
}

export interface TokenCredentials {
  readonly user: string
  /** An OAuth access token, or a function that gives one. It is asked once more when the server takes it for stale. */
  readonly token: string | TokenProvider
  readonly authzid?: string
}

/** Nothing but the client's certificate, by which the server knows who it is. */
export interface CertificateCredentials {
  readonly external: true
  readonly authzid?: string
}

/**
 * Checks what no mechanism can carry.
 *
 * @throws {InvalidArgumentError} which names the field and never shows its value
 */
export function checkCredentials(credentials: Credentials): void {
  if ('user' in credentials && credentials.user === '') {
    throw new InvalidArgumentError('auth.user', 'must not be empty')
  }
  for (const [field, value] of Object.entries(credentials)) {
    if (typeof value === 'string' && value.includes('\0')) {
      throw new InvalidArgumentError(`auth.${field}`, 'must not hold a NUL character')
    }
  }
}

/** As a mechanism takes them. `token` is that which was given, or fetched. */
export function saslCredentials(credentials: Credentials, token: string): SaslCredentials {
  const { user = '', pass = '', authzid }: Partial<PasswordCredentials> = credentials
  return { user, pass, token, ...(authzid !== undefined && { authzid }) }
}
