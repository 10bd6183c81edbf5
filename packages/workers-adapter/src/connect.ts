import { connect as openSocket } from 'cloudflare:sockets'
import { type Connect, type ConnectRequest, connectionFailed, openedTransport } from '@sansmtp/core/client'
import { InvalidArgumentError } from '@sansmtp/core/common'
import { checkTlsOptions } from './check-tls-options.ts'
import { WorkersTransport } from './workers-transport.ts'

/**
 * Connects over TCP by `cloudflare:sockets`. A connection belongs to the request in which it was made, and ends with it.
 *
 * @throws {InvalidArgumentError} for what Workers can't do: the path of a unix socket, `localAddress`, and of
 * `tlsOptions` all but `serverName`; {@link ConnectionFailedError} and {@link CertificateError}; the signal's reason when it
 * is aborted
 */
export const connect: Connect = async (request) => {
  const { target, tls, localAddress, signal } = request
  signal.throwIfAborted()
  if (localAddress !== undefined) {
    throw new InvalidArgumentError('localAddress', "can't be chosen in Workers", localAddress)
  }
  if (tls !== undefined) checkTlsOptions(tls)
  const transport = new WorkersTransport(socketTo(target))
  const opening = transport.opened.catch((error) => {
    throw connectionFailed(target, [messageOf(error)], error)
  })
  return await openedTransport(transport, request, opening)
}

function socketTo(target: ConnectRequest['target']): Socket {
  if ('path' in target) throw new InvalidArgumentError('path', "can't be connected to in Workers", target.path)
  const hostname = target.host.includes(':') ? `[${target.host}]` : target.host
  try {
    // Implicit TLS is begun by `startTls` as well: only that verifies a name other than the host's, and tells a handshake
    // that fails from a connection that does.
    return openSocket({ hostname, port: target.port }, { secureTransport: 'starttls', allowHalfOpen: true })
  } catch (error) {
    throw connectionFailed(target, [messageOf(error)], error)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
