/** What stands before the octets of a chunk (RFC 3030 §2), or in their place (RFC 4468 §3.5). */
export type ChunkLine =
  | { readonly size: number; readonly last: boolean }
  | { readonly url: string; readonly last: boolean }

/** Reads a line of that kind; `undefined` for any other. */
export function chunkLineOf(line: string): ChunkLine | undefined {
  const [, verb, argument = '', last] = /^(BDAT|BURL) ([^ ]+)( LAST)?$/.exec(line) ?? []
  if (verb === 'BURL') return { url: argument, last: last !== undefined }
  if (verb === undefined || !/^\d{1,15}$/.test(argument)) return undefined
  return { size: Number(argument), last: last !== undefined }
}
