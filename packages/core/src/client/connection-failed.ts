import { ConnectionFailedError, escapeForDisplay } from '../errors/index.ts'
import type { Target } from './transport.ts'

/**
 * For adapters: what an attempt to connect fails with.
 *
 * @param reasons the runtime's words or codes, one for each address that was tried
 * @param cause the runtime's error
 */
export function connectionFailed(target: Target, reasons: readonly string[], cause: unknown): ConnectionFailedError {
  const where =
    'path' in target ? escapeForDisplay(target.path) : `${escapeForDisplay(target.host)} port ${target.port}`
  return new ConnectionFailedError(`could not connect to ${where}: ${reasons.join(', ')}`, { cause })
}
