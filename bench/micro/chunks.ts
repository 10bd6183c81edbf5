const chunkLength = 65_536
const line = 'The quick brown fox jumps over the lazy dog, and it does so again, and again'

/** So much of a text that is repeated without end, without half a line ending at its end. */
function chunkOf(text: string): Buffer {
  const chunk = Buffer.from(text.repeat(Math.ceil(chunkLength / text.length)).slice(0, chunkLength))
  if (chunk.at(-1) === 0x0d) chunk[chunkLength - 1] = 0x2e
  return chunk
}

export const chunks: Readonly<Record<string, Buffer>> = {
  'CRLF text': chunkOf(`${line}\r\n`),
  'LF text': chunkOf(`${line}\n`),
  'lines of dots': chunkOf(`${'.'.repeat(line.length)}\r\n`),
  'lone dots': chunkOf('.\r\n'),
}

export const replies: Buffer = Buffer.from('250 2.1.5 Ok\r\n'.repeat(Math.floor(chunkLength / 14)))

const lf = 0x0a

/** The least that somebody must do who looks at lines. */
export function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(lf); at !== -1; at = bytes.indexOf(lf, at + 1)) lines += 1
  return lines
}
