import { LocalProtocolError } from '../errors/index.ts'
import { type ChunkOptions, chunkContent } from './chunk-content.ts'
import { DataContent } from './data-content.ts'
import type { Exchange, ExchangeQueue } from './exchange-queue.ts'
import type { ContentFacts, ContentPart, OpenContent } from './open-content.ts'
import type { Outgoing } from './outgoing.ts'

/** The content that the caller hands over: passes on what leaves of it, and notes the replies that are due for it. */
export class ContentInHand {
  readonly #queue: ExchangeQueue
  readonly #outgoing: Outgoing
  #content: OpenContent | undefined

  constructor(queue: ExchangeQueue, outgoing: Outgoing) {
    this.#queue = queue
    this.#outgoing = outgoing
  }

  /** Whether more of it, or its end, may be handed over now. */
  get open(): boolean {
    return this.#content !== undefined && !(this.#content.waitsForReplies && this.#queue.replyDue)
  }

  /** What a reply answers that comes ahead of the content's end, if it can answer any of it. */
  get underWay(): Exchange | undefined {
    const content = this.#content
    return content === undefined || content.inChunks ? undefined : { id: content.id, name: 'CONTENT' }
  }

  /** Behind a 354. */
  openData({ id, prdr }: Exchange): void {
    this.#begin(new DataContent({ id, prdr, refuse: this.#refuse }))
  }

  /** Behind BDAT, which has no reply. */
  openChunks({ id, prdr }: Exchange, options: ChunkOptions): void {
    this.#begin(chunkContent({ id, prdr, refuse: this.#refuse }, options))
  }

  /** @throws {LocalProtocolError} */
  add(bytes: Uint8Array): void {
    const content = this.#required('sendBody')
    this.#pass(content, content.add(bytes))
  }

  /** @throws {LocalProtocolError} {@link InvalidArgumentError} */
  addUrl(url: string): void {
    const content = this.#required('sendBodyUrl')
    this.#pass(content, content.addUrl(url))
  }

  /** @throws {LocalProtocolError} */
  end(): void {
    const content = this.#required('endBody')
    const rest = content.end()
    this.#content = undefined
    if (content.by === 'DATA') this.#queue.move('dataSent')
    else this.#queue.endContent()
    this.#pass(content, rest)
  }

  /** Whether it can be left without an end: nobody takes chunks for a message before the last has come. */
  get abandonable(): boolean {
    return this.#content?.inChunks === true && this.#queue.settled === 'rcpt'
  }

  /** @throws {LocalProtocolError} */
  abandon(): void {
    if (!this.abandonable) this.#refuse('abandonBody', 'no content goes by BDAT in chunks, recipients being accepted')
    this.#content = undefined
    this.#queue.endContent()
    this.#queue.move('resetDue')
  }

  /** No more of that command's content can be sent. */
  drop(id: number): void {
    if (this.#content?.id !== id) return
    this.#content = undefined
    this.#queue.endContent()
  }

  /** Nor of any. */
  dropAny(): void {
    this.#content = undefined
  }

  /** @throws {LocalProtocolError} where `input` is not legal now */
  #required(input: string): OpenContent {
    const content = this.#content
    if (content === undefined) return this.#refuse(input, 'no content was asked for, or it has ended')
    if (!this.open) this.#refuse(input, 'without PIPELINING a chunk must wait for the reply to the one before')
    return content
  }

  #begin(content: OpenContent): void {
    this.#content = content
    this.#pass(content, content.begin())
  }

  #pass({ id, prdr }: OpenContent, parts: readonly ContentPart[]): void {
    for (const { line, pieces, due, endsGroup } of parts) {
      if (line !== undefined) this.#outgoing.addCommand(line)
      for (const piece of pieces) this.#outgoing.addContent(piece)
      if (due !== undefined) this.#queue.addLeaving({ id, name: due, prdr, endsGroup })
    }
  }

  readonly #refuse: ContentFacts['refuse'] = (input, why) => {
    throw new LocalProtocolError(`${input}: ${why}`, { state: this.#queue.settled, command: input })
  }
}
