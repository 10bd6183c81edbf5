import { InvalidArgumentError } from '../errors/index.ts'

/** Who a user is, and the password that proves it. */
export interface Credentials {
  /** The authentication identity. */
  readonly user: string
  readonly pass: string
  /** The identity to act as, where it is another one (RFC 4616 §2). */
  readonly authzid?: string
}

/**
 * Checks what no mechanism can carry.
 *
 * @throws {InvalidArgumentError} which names the field and never shows its value
 */
export function checkCredentials({ user, pass, authzid = '' }: Credentials): void {
  if (user === '') throw new InvalidArgumentError('auth.user', 'must not be empty')
  for (const [field, value] of Object.entries({ user, pass, authzid })) {
    if (value.includes('\0')) throw new InvalidArgumentError(`auth.${field}`, 'must not hold a NUL character')
  }
}
