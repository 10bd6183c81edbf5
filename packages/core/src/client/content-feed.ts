import type { ClientConnection, Output } from '../connection/index.ts'
import { SmtpError } from '../errors/index.ts'
import { concatenated } from '../wire/index.ts'
import type { ContentPiece, ContentSource, ContentUrl } from './content-source.ts'

/** Octets of small pieces of a stream that are gathered, so that not each makes a write and, with BDAT, a chunk. */
const gatheredLength = 32_768

/** Milliseconds after which they go as they are, for a stream that is slow: the server should see that it is alive. */
const patience = 250

/** Content under way: what was read of it and is not handed over yet. */
interface Feeding {
  readonly source: ContentSource
  /** A piece is due from the source. */
  pulling: boolean
  readonly gathered: Uint8Array[]
  length: number
  /** What follows the gathered. Nothing is read beyond it. */
  behind: ContentUrl | 'end' | undefined
  /** The gathered have waited long enough. */
  overdue: boolean
}

export interface ContentFeedListener {
  /** Runs what it is given where nothing else happens at the same time. */
  readonly wake: (what: () => void) => void
  /** The content has been handed over, to its end. */
  readonly sent: () => void
  /** It could not be, and was abandoned. */
  readonly failed: (error: SmtpError) => void
}

/** Reads content and hands it over to a connection, as far as that takes it. */
export class ContentFeed {
  readonly #connection: ClientConnection
  readonly #listener: ContentFeedListener
  #feeding: Feeding | undefined
  #room = 0
  /** Runs while something is gathered. */
  #timer: unknown
  /** The command that has announced the content asked for last. */
  #asked: number | undefined

  constructor(connection: ClientConnection, listener: ContentFeedListener) {
    this.#connection = connection
    this.#listener = listener
  }

  /** From the beginning, where it can be read again. What the source of before still gives is thrown away. */
  begin(source: ContentSource): void {
    this.drop()
    source.rewind?.()
    this.#feeding = { source, pulling: false, gathered: [], length: 0, behind: undefined, overdue: false }
  }

  /** Nothing more of it is handed over. */
  drop(): void {
    this.#feeding = undefined
    this.#disarm()
  }

  /** Content that is refused is dropped, so that nothing of it gets into the next. */
  hear(output: Output): void {
    if (output.type === 'BodyRequested') this.#asked = output.id
    const refused = output.type === 'ReplyReceived' && output.id === this.#asked && output.reply.severity > 3
    if (refused) this.drop()
  }

  /**
   * Hands over what is at hand, about as many octets as there is room for; true when there was something. A little is
   * read ahead even where there is no room.
   *
   * @param room which there is again, if it is less than `gatheredLength`, once something has been written: this is
   * called again then, and not before
   */
  feed(room: number): boolean {
    this.#room = room
    let fed = false
    for (let feeding = this.#feeding; feeding !== undefined; feeding = this.#feeding) {
      this.#readAhead(feeding)
      if (!this.#connection.bodyOpen || !this.#fits(feeding)) break
      this.#room -= this.#handOver(feeding)
      fed = true
    }
    return fed
  }

  /** Until there is enough, or a piece is waited for. */
  #readAhead(feeding: Feeding): void {
    while (!feeding.pulling && !isFull(feeding)) {
      const piece = feeding.source.next()
      if (piece instanceof Promise) this.#await(feeding, piece)
      else arrive(feeding, piece)
    }
  }

  #await(feeding: Feeding, piece: Promise<ContentPiece | undefined>): void {
    feeding.pulling = true
    if (feeding.length > 0) this.#arm(feeding)
    piece.then(
      (arrived) => {
        // What is sent meanwhile may be another message.
        if (this.#feeding !== feeding) return
        feeding.pulling = false
        arrive(feeding, arrived)
        this.#readAhead(feeding)
        if (this.#fits(feeding)) this.#listener.wake(() => {})
      },
      (error) => {
        this.#listener.wake(() => {
          if (this.#feeding === feeding) this.#fail(error)
        })
      },
    )
  }

  /** Whether it is to be handed over now. */
  #fits(feeding: Feeding): boolean {
    const { length } = feeding
    return isDue(feeding) && this.#room > 0 && (length <= this.#room || this.#room >= gatheredLength)
  }

  /** @returns how many octets those were */
  #handOver(feeding: Feeding): number {
    const { gathered, length, behind } = feeding
    try {
      if (length > 0) {
        feeding.length = 0
        feeding.overdue = false
        this.#disarm()
        this.#connection.sendBody(concatenated(gathered.splice(0)))
      } else if (behind === 'end') {
        this.drop()
        this.#connection.endBody()
        this.#listener.sent()
      } else {
        feeding.behind = undefined
        this.#connection.sendBodyUrl((behind as ContentUrl).url)
      }
    } catch (error) {
      // It is not as it was announced.
      this.#fail(error)
    }
    return length
  }

  /** Half a message can't be taken back, so the connection goes with it; unless it goes by chunks, the last not sent. */
  #fail(error: unknown): void {
    this.drop()
    if (error instanceof SmtpError && this.#connection.bodyAbandonable) {
      this.#connection.abandonBody()
      this.#listener.failed(error)
    } else {
      this.#connection.abort(error)
    }
  }

  /** From the first piece that is gathered. */
  #arm(feeding: Feeding): void {
    const ranOut = () => {
      feeding.overdue = feeding.length > 0
    }
    this.#timer ??= setTimeout(() => this.#listener.wake(ranOut), patience)
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

function arrive(feeding: Feeding, piece: ContentPiece | undefined): void {
  if (piece instanceof Uint8Array) {
    feeding.gathered.push(piece)
    feeding.length += piece.length
  } else {
    feeding.behind = piece ?? 'end'
  }
}

/** Nothing more is read before what is there is handed over. */
function isFull({ length, behind }: Feeding): boolean {
  return length >= gatheredLength || behind !== undefined
}

function isDue(feeding: Feeding): boolean {
  return isFull(feeding) || feeding.overdue
}
