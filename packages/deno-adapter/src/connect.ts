import { type Connect, type ConnectRequest, openedTransport } from '@sansmtp/core/client'
import { InvalidArgumentError } from '@sansmtp/core/common'
import { connectionFailed } from './connection-failed.ts'
import { DenoTransport } from './deno-transport.ts'
import { startTlsOptions } from './start-tls-options.ts'

/**
 * Connects over TCP, trying a name's addresses side by side (RFC 8305), or to a unix socket. Needs the permission
 * `--allow-net` for host and port, or `--allow-read` and `--allow-write` for the path.
 *
 * @throws {InvalidArgumentError} for what Deno can't do: `localAddress`, TLS over a unix socket, and what
 * {@link startTlsOptions} refuses; {@link ConnectionFailedError} {@link CertificateError} {@link TlsFailedError}, with
 * Deno's error as `cause`; the signal's reason when it is aborted
 */
export const connect: Connect = async (request) => {
  const { target, tls, localAddress } = request
  if (localAddress !== undefined) {
    throw new InvalidArgumentError('localAddress', "can't be obeyed: Deno.connect takes none", localAddress)
  }
  if (tls !== undefined) {
    if ('path' in target) {
      throw new InvalidArgumentError('tls', 'is not to be had over a unix socket: Deno.startTls takes TCP only')
    }
    startTlsOptions(tls)
  }
  return await openedTransport(new DenoTransport(await open(request)), request)
}

async function open({ target, signal }: ConnectRequest): Promise<Deno.TcpConn | Deno.UnixConn> {
  signal.throwIfAborted()
  try {
    if ('path' in target) return await Deno.connect({ transport: 'unix', path: target.path })
    const conn = await Deno.connect({ hostname: target.host, port: target.port, signal })
    conn.setNoDelay()
    return conn
  } catch (error) {
    signal.throwIfAborted()
    throw connectionFailed(target, error)
  }
}
