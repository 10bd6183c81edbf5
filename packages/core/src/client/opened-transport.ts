import type { ConnectRequest, Transport } from './transport.ts'

/**
 * For adapters: what `connect` gives, once the connection stands and TLS where that is asked for. Where either fails, or the
 * signal is aborted meanwhile, the transport is closed.
 *
 * @param opening settles when the connection stands, if it does not yet
 * @throws what `opening` or `startTls` rejects with; the signal's reason when it is aborted
 */
export async function openedTransport(
  transport: Transport,
  { tls, signal }: ConnectRequest,
  opening?: Promise<unknown>,
): Promise<Transport> {
  const abort = () => void transport.close()
  signal.addEventListener('abort', abort)
  try {
    await opening
    if (tls !== undefined) await transport.startTls(tls)
    if (signal.aborted) throw signal.reason
    return transport
  } catch (error) {
    await transport.close()
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
