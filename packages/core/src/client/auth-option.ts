import { InvalidArgumentError } from '../errors/index.ts'
import { type Credentials, checkCredentials, type SaslMechanism, type TokenProvider } from '../session/index.ts'
import * as z from './schema.ts'
import type { TlsOptions } from './transport.ts'

const text = z.string('must be a string')

/** The schema of a `token`. */
export const tokenSchema: z.Schema<string | TokenProvider> = z.custom(
  (value) => typeof value === 'string' || typeof value === 'function',
  'must be a string, or a function that gives one',
)

/** The schema of an `auth` option. What its fields must be together {@link checkAuth} says. */
export const authSchema: z.Schema<unknown> = z.strictObject({
  user: z.optional(text),
  pass: z.optional(text),
  token: z.optional(tokenSchema),
  external: z.optional(z.oneOf([true], 'must be true')),
  authzid: z.optional(text),
})

/** The schema of a `mechanisms` option. */
export const mechanismsSchema: z.Schema<readonly (string | SaslMechanism)[]> = z.array(
  z.custom<string | SaslMechanism>(isMechanism, 'must be the name of a mechanism, or a SaslMechanism'),
  'must be an array',
)

function isMechanism(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'string'
  return 'name' in value && typeof value.name === 'string' && 'start' in value && typeof value.start === 'function'
}

/**
 * Checks that credentials are of one kind, and whole.
 *
 * @throws {InvalidArgumentError} which names the field and never shows its value
 */
export function checkAuth(auth: Credentials, { cert }: Partial<TlsOptions>): void {
  const { external, user, pass, token }: { readonly [field: string]: unknown } = { ...auth }
  if (external !== undefined) {
    for (const [field, value] of Object.entries({ user, pass, token })) {
      if (value !== undefined) throw new InvalidArgumentError(`auth.${field}`, 'must not be given beside external')
    }
    if (cert === undefined) throw new InvalidArgumentError('auth.external', 'needs a certificate: tlsOptions.cert')
  } else if (user === undefined) {
    throw new InvalidArgumentError('auth.user', 'must be a string')
  } else if (pass !== undefined && token !== undefined) {
    throw new InvalidArgumentError('auth.token', 'must not be given beside a password')
  } else if (pass === undefined && token === undefined) {
    throw new InvalidArgumentError('auth.pass', 'must be a string, unless there is a token')
  }
  checkCredentials(auth)
}
