const cr = 0x0d
const lf = 0x0a
const dot = 0x2e

/** The message with every line ending as CRLF and a final one, done the plain way. */
export function normalised(message: Uint8Array): Uint8Array {
  const text = latin1(message).replace(/\r\n|\r|\n/g, '\r\n')
  return octets(text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`)
}

/** What a receiver of DATA makes of the octets (RFC 5321 §4.5.2), and how many it has read by the end. */
export function received(wire: Uint8Array): { message: Uint8Array; length: number } {
  const message: number[] = []
  let atLineStart = true
  for (let i = 0; i < wire.length; i += 1) {
    let octet = wire[i]
    if (atLineStart && octet === dot) {
      if (wire[i + 1] === cr && wire[i + 2] === lf) return { message: Uint8Array.from(message), length: i + 3 }
      i += 1
      octet = wire[i]
    }
    message.push(octet ?? 0)
    atLineStart = octet === lf && wire[i - 1] === cr
  }
  throw new Error('the content has no end')
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

export function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}
