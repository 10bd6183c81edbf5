import { type Header, HeaderReader } from '../message/index.ts'
import { concatenated } from '../wire/index.ts'
import { bytesOf, type ContentSource, contentSource, type Message } from './content-source.ts'

/** A message whose header has been read. */
export interface MessageContent {
  readonly header: Header
  /** The message without its Bcc fields. */
  readonly content: ContentSource
}

/**
 * Reads a message as far as its header goes; the rest of a stream is read when the content is.
 *
 * @param source the message's own, which stays the caller's to cancel
 * @throws {InvalidArgumentError} when it has no proper header; {@link ContentSourceError} when its stream fails
 */
export async function messageContent(message: Message, source: ContentSource): Promise<MessageContent> {
  const bytes = bytesOf(message)
  return bytes === undefined ? await streamContent(source) : bytesContent(bytes)
}

function bytesContent(bytes: Uint8Array): MessageContent {
  const reader = new HeaderReader()
  const { header, body } = reader.push(bytes) ?? reader.finish()
  const { withoutBcc } = header
  if (withoutBcc.length + body.length === bytes.length) return { header, content: contentSource(bytes) }
  return { header, content: contentSource(concatenated([withoutBcc, body])) }
}

async function streamContent(source: ContentSource): Promise<MessageContent> {
  const reader = new HeaderReader()
  for (;;) {
    const piece = (await source.next()) as Uint8Array | undefined
    const split = piece === undefined ? reader.finish() : reader.push(piece)
    if (split === undefined) continue
    const { header, body } = split
    return { header, content: startingWith([header.withoutBcc, body], source) }
  }
}

function startingWith(pieces: Uint8Array[], source: ContentSource): ContentSource {
  return {
    next: () => pieces.shift() ?? source.next(),
    cancel: () => source.cancel(),
  }
}
