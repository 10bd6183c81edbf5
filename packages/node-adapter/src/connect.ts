import { once } from 'node:events'
import { createConnection, isIP, type Socket } from 'node:net'
import { type Connect, type ConnectRequest, openedTransport } from '@sansmtp/core/client'
import { InvalidArgumentError } from '@sansmtp/core/common'
import { connectionFailed } from './connection-failed.ts'
import { NodeTransport } from './node-transport.ts'

/**
 * Connects over TCP, trying a name's addresses side by side (RFC 8305), or to a unix socket.
 *
 * @throws {InvalidArgumentError} {@link ConnectionFailedError} {@link CertificateError} {@link TlsFailedError}, the
 * last three with Node's error as `cause`; the signal's reason when it is aborted
 */
export const connect: Connect = async (request) => {
  return await openedTransport(new NodeTransport(await connectSocket(request)), request)
}

async function connectSocket({ target, localAddress, signal }: ConnectRequest): Promise<Socket> {
  if (localAddress !== undefined && isIP(localAddress) === 0) {
    throw new InvalidArgumentError('localAddress', 'must be an IP address', localAddress)
  }
  const socket = createConnection({
    ...target,
    allowHalfOpen: true,
    autoSelectFamily: true,
    // With a local address Node tries one address only, which must be of the same family.
    ...(localAddress !== undefined && { localAddress, family: isIP(localAddress) }),
  })
  try {
    await once(socket, 'connect', { signal })
    return socket.setNoDelay()
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    throw connectionFailed(target, error)
  }
}
