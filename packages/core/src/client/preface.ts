import type { TlsInfo } from '../connection/index.ts'
import { ConnectionFailedError } from '../errors/index.ts'
import { beginTls, reasonOf } from './begin-tls.ts'
import { closeTransport } from './close-transport.ts'
import { connectWithin } from './connecting.ts'
import type { Connect, TlsOptions, Transport } from './transport.ts'
import { unlessAborted } from './unless-aborted.ts'

/**
 * An adapter's function with a preface sent first, whatever follows; where the connection is to begin with TLS, that
 * begins behind it. The connection is closed where this fails.
 *
 * @throws {ConnectionFailedError} when it can't be sent, {@link CertificateError} {@link TlsFailedError}
 */
export function withPreface(connect: Connect, preface: Uint8Array): Connect {
  return async ({ tls, ...request }) => {
    const transport = await connect(request)
    try {
      await unlessAborted(request.signal, send(transport, preface))
      if (tls === undefined) return transport
      return knowing(transport, await unlessAborted(request.signal, beginTls(transport, tls)))
    } catch (error) {
      await closeTransport(transport)
      throw error
    }
  }
}

/** Where a connection made by somebody else leads to; what fails on it names no target. */
const elsewhere = { path: '' }

/**
 * Sends a preface over a transport that is connected already, and begins TLS behind it if asked to.
 *
 * @throws {SmtpError} as `connectWithin`; the transport is closed then
 */
export async function prefaced(
  transport: Transport,
  preface: Uint8Array,
  tls: TlsOptions | undefined,
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Transport> {
  const connect = withPreface(() => Promise.resolve(transport), preface)
  try {
    const request = { target: elsewhere, ...(tls !== undefined && { tls }) }
    return await connectWithin(connect, request, milliseconds, signal)
  } catch (error) {
    await closeTransport(transport)
    throw error
  }
}

async function send(transport: Transport, preface: Uint8Array): Promise<void> {
  try {
    await transport.write(preface)
  } catch (error) {
    throw new ConnectionFailedError(`the PROXY header could not be sent: ${reasonOf(error)}`, { cause: error })
  }
}

/** The transport, which says of itself that it began with TLS. */
function knowing(transport: Transport, tls: TlsInfo): Transport {
  const { local } = transport
  return {
    tls,
    ...(local !== undefined && { local }),
    read: () => transport.read(),
    write: (bytes) => transport.write(bytes),
    startTls: (options) => transport.startTls(options),
    close: () => transport.close(),
  }
}
