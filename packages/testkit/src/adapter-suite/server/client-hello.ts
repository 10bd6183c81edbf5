/** The first octet of a TLS record that carries a handshake. */
export const handshakeRecord = 0x16

/** How many octets the first TLS record has, as far as `bytes` tells. */
export function recordLength(bytes: Buffer): number {
  return bytes.length < 5 ? 5 : 5 + bytes.readUInt16BE(3)
}

/**
 * The name that a client asks for in its ClientHello (RFC 8446 §4.1.2, RFC 6066 §3), from the record that begins
 * `bytes`; `undefined` where it sends none.
 */
export function serverNameOf(bytes: Buffer): string | undefined {
  // The record's header, the message's header, the version and the random value.
  let at = 5 + 4 + 2 + 32
  at += 1 + bytes.readUInt8(at) // session id
  at += 2 + bytes.readUInt16BE(at) // cipher suites
  at += 1 + bytes.readUInt8(at) // compression methods
  const end = at + 2 + bytes.readUInt16BE(at)
  for (at += 2; at < end; at += 4 + bytes.readUInt16BE(at + 2)) {
    // server_name: a list's length, the type of its first name, that name's length and the name.
    if (bytes.readUInt16BE(at) === 0) return bytes.toString('latin1', at + 9, at + 9 + bytes.readUInt16BE(at + 7))
  }
  return undefined
}
