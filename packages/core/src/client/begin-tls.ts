import type { TlsInfo } from '../connection/index.ts'
import { escapeForDisplay, SmtpError, TlsFailedError } from '../errors/index.ts'
import type { TlsOptions, Transport } from './transport.ts'

/**
 * Upgrades a transport to TLS.
 *
 * @throws {SmtpError} the transport's own, such as a {@link CertificateError}; {@link TlsFailedError} for anything else
 */
export async function beginTls(transport: Transport, options: TlsOptions): Promise<TlsInfo> {
  try {
    return await transport.startTls(options)
  } catch (error) {
    if (error instanceof SmtpError) throw error
    throw new TlsFailedError(`TLS failed: ${reasonOf(error)}`, { cause: error })
  }
}

/** What a transport says of why it has failed. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? escapeForDisplay(error.message) : 'the transport gives no reason'
}
