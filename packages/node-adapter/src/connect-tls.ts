import { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect, DEFAULT_MIN_VERSION, type PeerCertificate, type TLSSocket } from 'node:tls'
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
  const name = isIP(serverName) === 0 ? serverName : undefined
  return connect({
    socket,
    // RFC 6066 §3: an address is not sent as a server name. It's verified all the same.
    servername: name ?? '',
    // Left to itself Node would verify against the host connected to where there is no server name.
    checkServerIdentity: (_, certificate) =>
      name === undefined ? checkAddress(serverName, certificate) : checkServerIdentity(name, certificate),
    // An empty list trusts nobody; `undefined` trusts the runtime's authorities.
    ...(ca !== undefined && { ca: [ca].flat() }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    minVersion: minVersion ?? (DEFAULT_MIN_VERSION === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'),
    rejectUnauthorized,
  })
}

/** Node 22.23's own check refuses IPv6 addresses that the certificate names. */
function checkAddress(address: string, { raw, subjectaltname }: PeerCertificate): Error | undefined {
  if (new X509Certificate(raw).checkIP(address) !== undefined) return undefined
  const error = new Error(`${address} is not among the certificate's names: ${subjectaltname}`)
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
}
