import { AbortedError, ConnectionFailedError, escapeForDisplay, SmtpError, TimeoutError } from '../errors/index.ts'
import { describeTarget } from './endpoint.ts'
import type { Connect, ConnectRequest, Transport } from './transport.ts'

const defaultConnectTimeout = 60_000

/**
 * Calls an adapter, within a time and until a signal.
 *
 * @throws {TimeoutError} {@link AbortedError} {@link ConnectionFailedError}, or the adapter's own `SmtpError`
 */
export async function connectWithin(
  connect: Connect,
  request: Omit<ConnectRequest, 'signal'>,
  milliseconds: number = defaultConnectTimeout,
  signal?: AbortSignal,
): Promise<Transport> {
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason })
  const controller = new AbortController()
  const abort = () => controller.abort(new AbortedError({ cause: signal?.reason }))
  const timer = setTimeout(() => controller.abort(new TimeoutError('connect', milliseconds)), milliseconds)
  signal?.addEventListener('abort', abort)
  try {
    return await connect({ ...request, signal: controller.signal })
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    if (error instanceof SmtpError) throw error
    const detail = escapeForDisplay(error instanceof Error ? error.message : String(error))
    throw new ConnectionFailedError(`could not connect to ${describeTarget(request.target)}: ${detail}`, {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
