import { Readable } from 'node:stream'
import { samplePieces } from './sample-message.ts'

/** A stream of Node's, for those who take one, with as little around the pieces as there can be. */
export function sampleStream(octets: number): Readable {
  const pieces = samplePieces(octets)
  return new Readable({
    read() {
      this.push(pieces.next().value ?? null)
    },
  })
}
