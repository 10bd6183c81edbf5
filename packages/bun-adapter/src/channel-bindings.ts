import { tlsServerEndPoint } from '@sansmtp/core/client'
import type { ChannelBindings } from '@sansmtp/core/common'

/** Octets of `tls-exporter` (RFC 9266 §2). */
const exportedLength = 32

/** What an authentication over an established connection can be bound to. */
export function channelBindingsOf(socket: Bun.Socket): ChannelBindings {
  const certificate: { readonly raw: Uint8Array } | undefined = socket.getPeerX509Certificate()
  const endPoint = certificate && tlsServerEndPoint(certificate.raw)
  return {
    // RFC 9266 §4.2: with TLS 1.2 it is only unique under conditions that Bun does not tell.
    ...(socket.getTLSVersion() === 'TLSv1.3' && { 'tls-exporter': exported(socket) }),
    ...(endPoint !== undefined && { 'tls-server-end-point': endPoint }),
  }
}

function exported(socket: Bun.Socket): Uint8Array {
  return Uint8Array.from(socket.exportKeyingMaterial(exportedLength, 'EXPORTER-Channel-Binding', Buffer.alloc(0)))
}
