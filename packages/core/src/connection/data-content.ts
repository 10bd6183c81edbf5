import { DataEncoder } from '../wire/index.ts'
import type { ContentFacts, ContentPart, OpenContent } from './open-content.ts'

/** Content behind DATA (RFC 5321 §4.1.1.4). */
export class DataContent implements OpenContent {
  readonly id: number
  readonly prdr: true | undefined
  readonly by = 'DATA'
  readonly inChunks = false
  readonly waitsForReplies = false
  readonly #refuse: ContentFacts['refuse']
  readonly #encoder = new DataEncoder()

  constructor({ id, prdr, refuse }: ContentFacts) {
    this.id = id
    this.prdr = prdr
    this.#refuse = refuse
  }

  begin(): readonly ContentPart[] {
    return []
  }

  add(bytes: Uint8Array): readonly ContentPart[] {
    return [{ pieces: [this.#encoder.encode(bytes)] }]
  }

  addUrl(): never {
    return this.#refuse('sendBodyUrl', 'DATA takes no URLs; they go by BDAT')
  }

  end(): readonly ContentPart[] {
    return [{ pieces: [this.#encoder.finish()], due: 'CONTENT' }]
  }
}
