import { InvalidArgumentError } from '../../errors/index.ts'
import { encodeBase64 } from '../base64.ts'
import type { MailParameterOptions, TrackingOptions } from './mail-options.ts'
import { wholeNumber } from './plain-values.ts'

const timeout = wholeNumber(0, 999_999_999)

/**
 * The value of MTRK (RFC 3885 §3.1), its base64 without padding, as no ESMTP value can hold `=`.
 *
 * @throws {InvalidArgumentError} which names the field; the certifier is not shown
 */
export function encodeTracking(mtrk: TrackingOptions, field: string): string {
  const { certifier } = mtrk
  if (!(certifier instanceof Uint8Array) || certifier.length === 0) {
    throw new InvalidArgumentError(`${field}.certifier`, 'must be a Uint8Array that is not empty')
  }
  const encoded = encodeBase64(certifier).replace(/=+$/, '')
  return mtrk.timeout === undefined ? encoded : `${encoded}:${timeout(mtrk.timeout, `${field}.timeout`)}`
}

/** @throws {InvalidArgumentError} when the message has no name by which it could be asked for (RFC 3885 §3.2) */
export function checkTrackingBeside(_: TrackingOptions, { envid }: MailParameterOptions, field: string): void {
  if (envid === undefined) throw new InvalidArgumentError(field, 'needs envid beside it (RFC 3885 §3.2)')
}
