const header = 'From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: A sample\r\n\r\n'
const line = 'The quick brown fox jumps over the lazy dog, and it does so again, and again\r\n'

/** 840 lines: about 64 KiB. */
const piece = Buffer.from(line.repeat(840))

/** A message of so many octets: a header and lines of 78 octets, which end in CRLF. */
export function sampleMessage(octets: number): Buffer {
  const message = Buffer.from((header + line.repeat(Math.ceil(octets / line.length))).slice(0, octets))
  endInCrlf(message)
  return message
}

/** The same piece again and again, so many octets in all. Memory has it once. */
export function* samplePieces(octets: number): Generator<Buffer, void, undefined> {
  for (let left = octets; left > 0; left -= piece.length) {
    yield left > piece.length ? piece : lastPiece(left)
  }
}

function lastPiece(octets: number): Buffer {
  const last = Buffer.from(piece.subarray(0, octets))
  endInCrlf(last)
  return last
}

/** So that nobody need add an ending, and what arrives is as long as what was sent. */
function endInCrlf(text: Buffer): void {
  if (text[text.length - 3] === 0x0d) text[text.length - 3] = 0x2e
  text.write('\r\n', text.length - 2)
}
