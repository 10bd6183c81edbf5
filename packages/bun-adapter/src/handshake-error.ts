import { type CertificateCheck, CertificateError, SmtpError } from '@sansmtp/core'
import { tlsFailed } from '@sansmtp/core/client'

/** BoringSSL's verification results by Bun's names for them, and Bun's own. All others are `refused`. */
const checks: Readonly<Record<string, CertificateCheck>> = {
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  // By a namesake of a trusted authority.
  CERT_SIGNATURE_FAILURE: 'untrusted',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'expired',
  HOSTNAME_MISMATCH: 'name-mismatch',
  IP_ADDRESS_MISMATCH: 'name-mismatch',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name-mismatch',
}

/** All else that a handshake ends with: EPROTO, ECONNRESET, ERR_SSL_…; no verification result begins so. */
const otherCode = /^(E[A-Z0-9]+$|ERR_)/

/** Whether what a handshake ended with is about the certificate, so that the connection stands if it may. */
export function isCertificateError(error: unknown): error is Error & { readonly code: string } {
  if (error instanceof SmtpError) return false
  const code = codeOf(error)
  return code !== undefined && (code in checks || !otherCode.test(code))
}

/** What a failed handshake rejects with. */
export function handshakeError(serverName: string, cause: unknown): SmtpError {
  if (!isCertificateError(cause)) return tlsFailed(serverName, cause)
  return new CertificateError(checks[cause.code] ?? 'refused', serverName, { cause })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
