import { ContentSourceError, InvalidArgumentError, type SmtpError } from '../errors/index.ts'
import { type ContentSurvey, encodeUtf8, surveyContent } from '../wire/index.ts'

/** A message: bytes, text (sent as UTF-8), or a stream of bytes. */
export type Message = Uint8Array | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** A message, read piece by piece. */
export interface ContentSource {
  /** What is known of the message before it is read; nothing of a stream. */
  readonly survey?: ContentSurvey
  /** The next piece, at once where it is at hand; `undefined` at the end. Rejects with a `ContentSourceError`. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** The rest, if there is any, is not wanted. */
  cancel(): void
}

/** Octets passed on at a time from a message in memory. */
const pieceLength = 65_536

/** @throws {InvalidArgumentError} when it is nothing that a message can be read from */
export function contentSource(message: Message): ContentSource {
  if (typeof message === 'string') return bytesSource(encodeUtf8(message))
  if (message instanceof Uint8Array) return bytesSource(message)
  if (typeof message === 'object' && message !== null) {
    // A reader first: it can be cancelled while a read is pending, which a stream's own iterator waits for.
    if ('getReader' in message) return streamSource(readerIterator(readerOf(message)))
    if (Symbol.asyncIterator in message) {
      return streamSource(message[Symbol.asyncIterator](), () => (message as Partial<NodeStream>).destroy?.())
    }
  }
  throw new InvalidArgumentError('message', 'must be a Uint8Array, a string, a ReadableStream or an AsyncIterable')
}

function bytesSource(bytes: Uint8Array): ContentSource {
  const { length } = bytes
  let position = 0
  return {
    survey: surveyContent(bytes),
    next() {
      // Its buffer was transferred to somebody else meanwhile: what would go out is not the message.
      if (bytes.length !== length) return Promise.reject(new ContentSourceError({ cause: new TypeError('detached') }))
      if (position >= length) return undefined
      const piece = bytes.subarray(position, position + pieceLength)
      position += pieceLength
      return piece
    },
    cancel() {
      position = length
    },
  }
}

/** A Node stream's iterator ends the stream only once it was begun, and not while a read is pending. */
interface NodeStream {
  destroy(): void
}

function streamSource(iterator: AsyncIterator<Uint8Array>, destroy: () => void = () => {}): ContentSource {
  let ended = false
  let rest: Uint8Array = new Uint8Array(0)
  return {
    async next() {
      // A large piece is cut, so that each write has its own timeout (RFC 5321 §4.5.3.2.5).
      if (rest.length > 0) return cut()
      try {
        const { done, value } = await iterator.next()
        if (done) {
          ended = true
          return undefined
        }
        if (value instanceof Uint8Array) {
          rest = value
          return cut()
        }
      } catch (cause) {
        throw new ContentSourceError({ cause })
      }
      throw new ContentSourceError({ cause: new TypeError('a piece of the message is not a Uint8Array') })
    },
    cancel() {
      // The source's own trouble in being ended early changes nothing for a message that is not read on.
      if (!ended) void (async () => iterator.return?.())().catch(() => {})
      if (!ended) destroy()
      ended = true
    },
  }

  function cut(): Uint8Array {
    const piece = rest.subarray(0, pieceLength)
    rest = rest.subarray(pieceLength)
    return piece
  }
}

function readerOf(stream: ReadableStream<Uint8Array>): ReadableStreamReader<Uint8Array> {
  try {
    return stream.getReader()
  } catch {
    throw new InvalidArgumentError('message', 'is a stream that somebody else is reading')
  }
}

function readerIterator(reader: ReadableStreamReader<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    async next() {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    async return() {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

/** The same source where only US-ASCII may be sent (RFC 6152 §3): the first octet beyond it ends it with the error. */
export function sevenBitOnly(source: ContentSource, error: () => SmtpError): ContentSource {
  return {
    ...source,
    async next() {
      const piece = await source.next()
      if (piece !== undefined && surveyContent(piece).eightBit) throw error()
      return piece
    },
  }
}
