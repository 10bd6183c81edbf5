import { CertificateError, SmtpError } from '@sansmtp/core/common'

/**
 * What a failed handshake rejects with. Of why it has failed Workers tell nothing, so it is `CERTIFICATE_REFUSED`, as most
 * often it will be, and its message says that this is not certain.
 */
export function handshakeError(serverName: string, cause: unknown): SmtpError {
  if (cause instanceof SmtpError) return cause
  const told = cause instanceof Error ? cause.message : String(cause)
  const reason = new Error(`unless the handshake has failed otherwise, which Workers don't tell: ${told}`, { cause })
  return new CertificateError('refused', serverName, { cause: reason })
}
