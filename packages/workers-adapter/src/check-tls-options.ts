import type { TlsOptions } from '@sansmtp/core/client'
import { InvalidArgumentError } from '@sansmtp/core/common'

/**
 * What Workers can't be told would be ignored in silence.
 *
 * @throws {InvalidArgumentError} which names the option
 */
export function checkTlsOptions({ ca, cert, key, minVersion, rejectUnauthorized }: TlsOptions): void {
  if (ca !== undefined) throw refused('ca', "can't be set in Workers: the runtime's configuration says whom it trusts")
  if (cert !== undefined) throw refused('cert', "can't be shown by Workers")
  if (key !== undefined) throw refused('key', "can't be used by Workers")
  // Older ones are never spoken.
  if (minVersion === 'TLSv1.3') throw refused('minVersion', "can't be more than TLSv1.2 in Workers", minVersion)
  if (rejectUnauthorized === false) {
    throw refused('rejectUnauthorized', "can't be false in Workers: certificates are always verified")
  }
}

function refused(name: string, problem: string, value?: string): InvalidArgumentError {
  return new InvalidArgumentError(`tlsOptions.${name}`, problem, value)
}
