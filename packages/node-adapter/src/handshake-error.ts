import { opensslCheck, tlsFailed } from '@sansmtp/core/client'
import { CertificateError, SmtpError } from '@sansmtp/core/common'

/**
 * What a failed handshake rejects with. `authorizationError` is that of the socket: Node sets it, in spite of its
 * type to a code, when and only when verification failed.
 */
export function handshakeError(serverName: string, cause: unknown, authorizationError?: unknown): SmtpError {
  if (cause instanceof SmtpError) return cause
  if (authorizationError) {
    return new CertificateError(opensslCheck(String(authorizationError)) ?? 'refused', serverName, { cause })
  }
  return tlsFailed(serverName, cause)
}
