import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect, DEFAULT_MIN_VERSION, type TLSSocket } from 'node:tls'
import type { TlsOptions } from '@sansmtp/core/client'

/**
 * Begins a TLS handshake over a connected socket.
 *
 * @throws {Error} Node's own, when a certificate or key can't be read
 */
export function connectTls(
  socket: Socket,
  { serverName, ca, cert, key, minVersion, rejectUnauthorized = true }: TlsOptions,
): TLSSocket {
  return connect({
    socket,
    // RFC 6066 §3: no address is sent as a server name. It's verified all the same.
    servername: isIP(serverName) === 0 ? serverName : '',
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
    // An empty list trusts nobody; `undefined` trusts the runtime's authorities.
    ...(ca !== undefined && { ca: [ca].flat() }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    minVersion: minVersion ?? (DEFAULT_MIN_VERSION === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'),
    rejectUnauthorized,
  })
}
