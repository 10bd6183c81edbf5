import { ContentSourceError } from '../errors/index.ts'
import { merged } from '../wire/index.ts'
import type { Transport } from './transport.ts'

/** Octets gathered for one write, as far as they are at hand. */
const writeLength = 65_536

export interface TransportWriterListener {
  /** What had to wait was taken, or will never be. */
  readonly settled: () => void
  /** What waited has changed since it was announced, and can't be sent any more. */
  readonly spoilt: (error: ContentSourceError) => void
}

/** Gathers what is to be written to a transport, and writes it in as few pieces as that takes. */
export class TransportWriter {
  readonly #transport: Transport
  readonly #listener: TransportWriterListener
  #gathered: Uint8Array[] = []
  #gatheredLength = 0
  #busy = false
  #failed = false

  constructor(transport: Transport, listener: TransportWriterListener) {
    this.#transport = transport
    this.#listener = listener
  }

  /** Whether the transport has not taken all that it was given. */
  get busy(): boolean {
    return this.#busy
  }

  /** Whether nothing more can be written. What the server has said before may still be to be read. */
  get failed(): boolean {
    return this.#failed
  }

  /** Whether there is something to be written, and the transport takes more. */
  get due(): boolean {
    return !this.#busy && this.#gathered.length > 0
  }

  /** Octets of content that still go with what is gathered. */
  get room(): number {
    return this.#busy || this.#failed ? 0 : writeLength - this.#gatheredLength
  }

  add(bytes: Uint8Array): void {
    this.#gathered.push(bytes)
    this.#gatheredLength += bytes.length
  }

  /** Writes what is gathered; true when the transport takes all of it at once. */
  write(): boolean {
    if (this.#failed) {
      this.drop()
      return false
    }
    const pieces = merged(this.#gathered)
    this.drop()
    const lengths = pieces.length > 1 ? pieces.map(({ length }) => length) : []
    const writing = this.#writeFrom(0, pieces, lengths)
    if (writing === undefined) return true
    this.#busy = true
    writing.then(() => {
      this.#busy = false
      this.#listener.settled()
    })
    return false
  }

  /** Nothing of what is gathered is written. */
  drop(): void {
    this.#gathered = []
    this.#gatheredLength = 0
  }

  /** `undefined` where all is taken at once. */
  #writeFrom(first: number, pieces: readonly Uint8Array[], lengths: readonly number[]): Promise<void> | undefined {
    for (let i = first; i < pieces.length; i += 1) {
      const piece = pieces[i] as Uint8Array
      // Its buffer was transferred to somebody else since the piece before was handed over.
      if (i > 0 && piece.length !== lengths[i]) {
        this.#failed = true
        this.#listener.spoilt(new ContentSourceError({ cause: new TypeError('detached') }))
        return undefined
      }
      const writing = this.#offer(piece)
      if (writing !== undefined) return this.#goOn(writing, i + 1, pieces, lengths)
    }
    return undefined
  }

  async #goOn(
    writing: Promise<void>,
    next: number,
    pieces: readonly Uint8Array[],
    lengths: readonly number[],
  ): Promise<void> {
    try {
      await writing
    } catch {
      this.#failed = true
      return
    }
    await this.#writeFrom(next, pieces, lengths)
  }

  #offer(piece: Uint8Array): Promise<void> | undefined {
    try {
      return this.#transport.write(piece) ?? undefined
    } catch (error) {
      return Promise.reject(error)
    }
  }
}
