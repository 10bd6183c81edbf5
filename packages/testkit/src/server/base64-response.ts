const alphabet = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The octets of a base64 text (RFC 4648 §4), or `undefined` where it is not one (RFC 4954 §4). Not core's decoder:
 * what judges a client must not share its mistakes.
 */
export function readBase64(text: string): Uint8Array | undefined {
  if (!alphabet.test(text)) return undefined
  const octets: number[] = []
  let bits = 0
  let held = 0
  for (const character of text.replace(/=+$/, '')) {
    held = (held << 6) | sextet(character.charCodeAt(0))
    bits += 6
    if (bits >= 8) {
      bits -= 8
      octets.push((held >> bits) & 0xff)
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? Uint8Array.from(octets) : undefined
}

function sextet(unit: number): number {
  if (unit >= 0x61) return unit - 0x61 + 26
  if (unit >= 0x41) return unit - 0x41
  if (unit >= 0x30) return unit - 0x30 + 52
  return unit === 0x2b ? 62 : 63
}
