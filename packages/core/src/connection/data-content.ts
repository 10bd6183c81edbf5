import { DataEncoder } from '../wire/index.ts'
import type { ContentFacts, OpenContent } from './open-content.ts'

/** Content behind DATA (RFC 5321 §4.1.1.4). */
export function dataContent({ refuse, ...facts }: ContentFacts): OpenContent {
  const encoder = new DataEncoder()
  return {
    ...facts,
    by: 'DATA',
    inChunks: false,
    waitsForReplies: false,
    begin: () => [],
    add: (bytes) => [{ pieces: [encoder.encode(bytes)] }],
    addUrl: () => refuse('sendBodyUrl', 'DATA takes no URLs; they go by BDAT'),
    end: () => [{ pieces: [encoder.finish()], due: 'CONTENT' }],
  }
}
