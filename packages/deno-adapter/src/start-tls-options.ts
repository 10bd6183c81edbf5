import type { TlsOptions } from '@sansmtp/core/client'
import { CertificateError, InvalidArgumentError } from '@sansmtp/core/common'

const beginning = '-----BEGIN CERTIFICATE-----'

/**
 * The options of `Deno.startTls`. It takes few, so the others are refused rather than ignored, and so is what it would
 * take for none. Authorities are trusted besides Deno's own: it has no way to do without those.
 *
 * @throws {InvalidArgumentError} for `cert` and `key`, `minVersion` other than TLS 1.2, `rejectUnauthorized: false`,
 * and a `serverName` that is empty
 * @throws {CertificateError} when `ca` names no authority, so that no certificate could be trusted
 */
export function startTlsOptions(options: TlsOptions): Deno.StartTlsOptions & { readonly hostname: string } {
  const { serverName, ca, cert, key, minVersion, rejectUnauthorized } = options
  if (cert !== undefined) throw refused('cert', 'no client certificate')
  if (key !== undefined) throw refused('key', 'no client certificate')
  if (minVersion === 'TLSv1.3') throw refused('minVersion', 'TLS 1.2 and 1.3', minVersion)
  if (rejectUnauthorized === false)
    throw refused('rejectUnauthorized', 'only certificates that it has verified', 'false')
  // Deno would verify against a name of its own choice.
  if (serverName === '') throw new InvalidArgumentError('tlsOptions.serverName', 'must not be empty', serverName)
  if (ca === undefined) return { hostname: serverName }
  const caCerts = [ca].flat()
  // Deno would trust its own authorities.
  if (!caCerts.some((pem) => pem.includes(beginning))) {
    throw new CertificateError('untrusted', serverName, { cause: new Error('tlsOptions.ca has no certificate') })
  }
  return { hostname: serverName, caCerts }
}

function refused(option: keyof TlsOptions, taken: string, value?: string): InvalidArgumentError {
  return new InvalidArgumentError(`tlsOptions.${option}`, `can't be obeyed: Deno.startTls takes ${taken}`, value)
}
