import { NotSupportedError } from '../errors/index.ts'
import type { Parameters } from '../wire/index.ts'
import { parameterValue } from '../wire/parameters/index.ts'
import type { Standing } from './standing.ts'

/**
 * REQUIRETLS needs TLS, and a certificate that was verified (RFC 8689 §2), whatever the server offers.
 *
 * @param parameters MAIL's
 * @throws {NotSupportedError}
 */
export function checkRequireTls(parameters: Parameters, { secure, tls }: Standing): void {
  if (parameterValue(parameters, 'REQUIRETLS') === undefined) return
  if (secure && tls?.authorized !== false) return
  const missing = secure ? "the server's certificate was not verified" : 'there is no TLS'
  throw new NotSupportedError('REQUIRETLS', `REQUIRETLS needs TLS with a verified certificate, and ${missing}`)
}
