import type { Connect, ConnectRequest } from '@sansmtp/core/client'
import { InvalidArgumentError } from '@sansmtp/core/common'
import { BunTransport } from './bun-transport.ts'
import { connectionFailed } from './connection-failed.ts'
import { familyOf, sameAddress } from './ip-address.ts'

/**
 * Connects over TCP, where Bun tries all addresses of a name, or to a unix socket. Bun can't break off an attempt: where
 * one was aborted, `connect` rejects at once, and what still comes of it is closed; until then the process stays alive.
 *
 * @throws {InvalidArgumentError} {@link ConnectionFailedError} {@link CertificateError} {@link TlsFailedError}, the
 * last three with Bun's error as `cause`; the signal's reason when it is aborted
 */
export const connect: Connect = async (request) => {
  const { signal, tls } = request
  signal.throwIfAborted()
  const transport = new BunTransport()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([open(transport, request), aborted])
    if (tls !== undefined) await Promise.race([transport.startTls(tls), aborted])
    return transport
  } catch (error) {
    await transport.close()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function open(transport: BunTransport, { target, localAddress }: ConnectRequest): Promise<void> {
  const shared = { allowHalfOpen: true, socket: transport.handler }
  const family = localAddress === undefined ? undefined : familyOf(localAddress)
  if (localAddress !== undefined && family === undefined) {
    // Bun would take no notice of it.
    throw new InvalidArgumentError('localAddress', 'must be an IP address', localAddress)
  }
  try {
    if ('path' in target) {
      await Bun.connect({ ...shared, unix: target.path })
      return
    }
    const { host, port } = target
    const hostname = family === undefined ? host : await addressOf(host, family)
    await Bun.connect({ ...shared, hostname, port, ...(localAddress !== undefined && { localAddress }) })
  } catch (error) {
    throw connectionFailed(target, error)
  }
  // Bun's types and documentation do not tell of the option.
  if (localAddress !== undefined && !sameAddress(localAddress, transport.local.address)) {
    throw new InvalidArgumentError('localAddress', 'was not obeyed by the runtime', localAddress)
  }
}

/** For a name, which may have several addresses, Bun would take no notice of the local address. */
async function addressOf(host: string, family: 4 | 6): Promise<string> {
  const [first] = await Bun.dns.lookup(host, { family })
  return first?.address ?? host
}
