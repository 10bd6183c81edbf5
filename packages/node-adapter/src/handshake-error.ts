import { type CertificateCheck, CertificateError, SmtpError } from '@sansmtp/core'
import { tlsFailed } from '@sansmtp/core/client'

/** Node's names for OpenSSL's verification results, and its own. All others are `refused`. */
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
  ERR_TLS_CERT_ALTNAME_INVALID: 'name-mismatch',
}

/**
 * What a failed handshake rejects with. `authorizationError` is that of the socket: Node sets it, in spite of its
 * type to a code, when and only when verification failed.
 */
export function handshakeError(serverName: string, cause: unknown, authorizationError?: unknown): SmtpError {
  if (cause instanceof SmtpError) return cause
  if (authorizationError) {
    return new CertificateError(checks[String(authorizationError)] ?? 'refused', serverName, { cause })
  }
  return tlsFailed(serverName, cause)
}
