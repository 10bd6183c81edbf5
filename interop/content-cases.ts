export interface ContentCase {
  readonly name: string
  readonly body: Uint8Array | string
  /** What is on the wire after the undoing of dots, and so in the mailbox; left out where it is the body. */
  readonly arrives?: string
  /** How the header's lines are written. */
  readonly lineEnd?: '\n'
}

/** Contents that a careless client, or a careless server, damages on the way. */
export const contentCases: readonly ContentCase[] = [
  { name: 'lines that start with dots', body: '.\r\n..\r\n.x\r\n...x\r\nx.\r\n.\r\n' },
  { name: 'a last line that is only a dot, not ended', body: 'x\r\n.', arrives: 'x\r\n.\r\n' },
  { name: 'UTF-8', body: 'grüße, 世界 🌍\r\n' },
  { name: 'ISO 8859-1 bytes', body: Buffer.from('grüße\r\n', 'latin1') },
  { name: 'every octet but NUL, CR and LF', body: Uint8Array.of(...allOctets(), 0x0d, 0x0a) },
  { name: 'a line of 998 octets', body: `${'x'.repeat(998)}\r\n` },
  // Longer than RFC 5321 allows, and yet mail is sent so.
  { name: 'a line of 5,000 octets', body: `${'x'.repeat(5000)}\r\nand another\r\n` },
  { name: 'no final CRLF', body: 'first\r\nlast', arrives: 'first\r\nlast\r\n' },
  {
    name: 'lines ended by LF',
    body: 'first\n\n.third\nlast\n',
    arrives: 'first\r\n\r\n.third\r\nlast\r\n',
    lineEnd: '\n',
  },
  { name: 'lines ended by CR', body: 'first\rlast\r', arrives: 'first\r\nlast\r\n' },
  { name: 'empty lines at the end', body: 'x\r\n\r\n\r\n' },
  { name: 'an empty body', body: '' },
  { name: 'a megabyte', body: `${'0123456789 '.repeat(7)}\r\n`.repeat(13_000) },
]

function* allOctets(): Iterable<number> {
  for (let octet = 1; octet < 256; octet += 1) if (octet !== 0x0a && octet !== 0x0d) yield octet
}
