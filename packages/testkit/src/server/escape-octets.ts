const longest = 80

/** Octets as text that shows every one: printable US-ASCII as it is, `\r`, `\n`, `\\` and `\xNN`. Cut when long. */
export function escapeOctets(octets: Uint8Array): string {
  let shown = ''
  for (const octet of octets.subarray(0, longest)) shown += escaped(octet)
  return octets.length > longest ? `${shown}…` : shown
}

function escaped(octet: number): string {
  if (octet === 0x0d) return '\\r'
  if (octet === 0x0a) return '\\n'
  if (octet === 0x5c) return '\\\\'
  if (octet >= 0x20 && octet < 0x7f) return String.fromCharCode(octet)
  return `\\x${octet.toString(16).padStart(2, '0')}`
}
