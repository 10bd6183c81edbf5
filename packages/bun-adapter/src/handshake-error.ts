import { opensslCheck, tlsFailed } from '@sansmtp/core/client'
import { CertificateError, SmtpError } from '@sansmtp/core/common'

/** All else that a handshake ends with: EPROTO, ECONNRESET, ERR_SSL_…; no verification result begins so. */
const otherCode = /^(E[A-Z0-9]+$|ERR_)/

/** Whether what a handshake ended with is about the certificate, so that the connection stands if it may. */
export function isCertificateError(error: unknown): error is Error & { readonly code: string } {
  if (error instanceof SmtpError) return false
  const code = codeOf(error)
  return code !== undefined && (opensslCheck(code) !== undefined || !otherCode.test(code))
}

/** What a failed handshake rejects with. */
export function handshakeError(serverName: string, cause: unknown): SmtpError {
  if (!isCertificateError(cause)) return tlsFailed(serverName, cause)
  return new CertificateError(opensslCheck(cause.code) ?? 'refused', serverName, { cause })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
