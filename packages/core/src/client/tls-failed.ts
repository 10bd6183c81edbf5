import { escapeForDisplay, SmtpError, TlsFailedError } from '../errors/index.ts'

/**
 * For adapters: what a handshake fails with, when not for the certificate. An error of this library remains as it is.
 *
 * @param cause the runtime's error
 */
export function tlsFailed(serverName: string, cause: unknown): SmtpError {
  if (cause instanceof SmtpError) return cause
  const detail = escapeForDisplay((cause instanceof Error ? cause.message : String(cause)).trim())
  return new TlsFailedError(`TLS with ${escapeForDisplay(serverName)} could not be established: ${detail}`, { cause })
}
