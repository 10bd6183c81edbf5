import type { Announcement } from './announcement.ts'
import type { Envelope } from './envelope.ts'

/** Octets of the content as BDAT sends it, where known. */
export function sizeInChunks({ octets, size }: Envelope, { binary }: Announcement): number | undefined {
  return binary ? octets : size
}
