import { ContentSourceError, InvalidArgumentError, type SmtpError } from '../errors/index.ts'
import { type ContentSurvey, concatenated, encodeUrlLine, encodeUtf8, surveyContent } from '../wire/index.ts'

/** What the server is to fetch itself, by BURL (RFC 4468). */
export interface ContentUrl {
  readonly url: string
}

/**
 * A message: bytes, text (sent as UTF-8), a stream of bytes, or a list of parts that follow each other, among which the
 * server may be left to fetch some (RFC 4468).
 */
export type Message =
  | Uint8Array
  | string
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | readonly (Uint8Array | string | ContentUrl)[]

/** A piece of a message as it is handed on. */
export type ContentPiece = Uint8Array | ContentUrl

/** A message, read piece by piece. */
export interface ContentSource {
  /** What is known of the message before it is read; nothing of a stream, nor where there are URLs. */
  readonly survey?: ContentSurvey
  /** The next piece, at once where it is at hand; `undefined` at the end. Rejects with a `ContentSourceError`. */
  next(): ContentPiece | undefined | Promise<ContentPiece | undefined>
  /** Starts again; absent where a message can be read but once. */
  rewind?(): void
  /** Whether parts of it are fetched by the server. */
  readonly hasUrls?: boolean
  /** The rest, if there is any, is not wanted. */
  cancel(): void
}

/** Octets passed on at a time from a message in memory. */
const pieceLength = 65_536

/** @throws {InvalidArgumentError} when it is nothing that a message can be read from */
export function contentSource(message: Message): ContentSource {
  if (Array.isArray(message)) {
    const pieces = message.map(pieceOf)
    const whole = joinedBytes(pieces)
    return whole === undefined ? partsSource(pieces) : bytesSource(whole)
  }
  const bytes = bytesOf(message)
  if (bytes !== undefined) return bytesSource(bytes)
  if (typeof message === 'object' && message !== null) {
    // A reader first: it can be cancelled while a read is pending, which a stream's own iterator waits for.
    if ('getReader' in message) return streamSource(readerIterator(readerOf(message)))
    if (Symbol.asyncIterator in message) {
      return streamSource(iteratorOf(message), () => (message as Partial<NodeStream>).destroy?.())
    }
  }
  const kinds = 'a Uint8Array, a string, a ReadableStream, an AsyncIterable or a list of parts'
  throw new InvalidArgumentError('message', `must be ${kinds}`)
}

/** A message that is in memory as a whole; `undefined` for any other, and for what is none. */
export function bytesOf(message: Message): Uint8Array | undefined {
  if (typeof message === 'string') return encodeUtf8(message)
  if (message instanceof Uint8Array) return message
  return Array.isArray(message) ? joinedBytes(message.map(pieceOf)) : undefined
}

/** `undefined` where there are URLs among them. */
function joinedBytes(pieces: readonly ContentPiece[]): Uint8Array | undefined {
  return pieces.every((piece) => piece instanceof Uint8Array) ? concatenated(pieces) : undefined
}

/** @throws {InvalidArgumentError} when parts of it are fetched by the server, which takes BDAT */
export function requireNoUrls(source: ContentSource): ContentSource {
  if (!source.hasUrls) return source
  throw new InvalidArgumentError('message', 'has URLs for the server to fetch, which go by BDAT: use deliver or bdat')
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
    rewind() {
      position = 0
    },
    cancel() {
      position = length
    },
  }
}

/** Parts among which there are some for the server to fetch. */
function partsSource(pieces: readonly ContentPiece[]): ContentSource {
  const parts = pieces.map((piece) => (piece instanceof Uint8Array ? bytesSource(piece) : piece))
  let position = 0
  return {
    hasUrls: true,
    next() {
      for (let part = parts[position]; part !== undefined; part = parts[position]) {
        const piece = 'url' in part ? part : part.next()
        if (piece === part || piece === undefined) position += 1
        if (piece !== undefined) return piece
      }
      return undefined
    },
    rewind() {
      position = 0
      for (const part of parts) if (!('url' in part)) part.rewind?.()
    },
    cancel() {
      position = parts.length
    },
  }
}

function pieceOf(part: unknown, i: number): ContentPiece {
  if (typeof part === 'string') return encodeUtf8(part)
  if (part instanceof Uint8Array) return part
  const { url } = (part ?? {}) as Partial<ContentUrl>
  if (typeof url !== 'string')
    throw new InvalidArgumentError(`message[${i}]`, 'must be a Uint8Array, a string or { url }')
  checkUrl(url, `message[${i}].url`)
  return { url }
}

/** Before anything is sent: amid the message it would cost the connection. */
function checkUrl(url: string, field: string): void {
  try {
    encodeUrlLine(url, true)
  } catch (error) {
    throw new InvalidArgumentError(field, (error as InvalidArgumentError).problem)
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
    next() {
      // A large piece is cut, so that each write has its own timeout (RFC 5321 §4.5.3.2.5).
      if (rest.length > 0) return cut()
      let arriving: Promise<IteratorResult<Uint8Array>>
      try {
        arriving = Promise.resolve(iterator.next())
      } catch (cause) {
        return Promise.reject(new ContentSourceError({ cause }))
      }
      return arriving.then(taken, failed)
    },
    cancel() {
      // The source's own trouble in being ended early changes nothing for a message that is not read on.
      if (!ended) void (async () => iterator.return?.())().catch(() => {})
      if (!ended) destroy()
      ended = true
    },
  }

  function taken(result: IteratorResult<Uint8Array>): Uint8Array | undefined {
    let value: unknown
    try {
      if (result.done) {
        ended = true
        return undefined
      }
      value = result.value
    } catch (cause) {
      return failed(cause)
    }
    if (!(value instanceof Uint8Array)) return failed(new TypeError('a piece of the message is not a Uint8Array'))
    if (value.length <= pieceLength) return value
    rest = value
    return cut()
  }

  function cut(): Uint8Array {
    const piece = rest.subarray(0, pieceLength)
    rest = rest.subarray(pieceLength)
    return piece
  }
}

function failed(cause: unknown): never {
  throw new ContentSourceError({ cause })
}

function readerOf(stream: ReadableStream<Uint8Array>): ReadableStreamReader<Uint8Array> {
  try {
    return stream.getReader()
  } catch {
    throw new InvalidArgumentError('message', 'is a stream that somebody else is reading')
  }
}

function iteratorOf(message: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  try {
    return message[Symbol.asyncIterator]()
  } catch {
    throw new InvalidArgumentError('message', 'is an AsyncIterable that can not be iterated')
  }
}

function readerIterator(reader: ReadableStreamReader<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
    async return() {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

/**
 * The same source where perhaps only US-ASCII may be sent (RFC 6152 §3): then the first octet beyond it ends it with the
 * error.
 *
 * @param reason makes that error; asked while the message is read
 */
export function sevenBitOnly(source: ContentSource, reason: () => (() => SmtpError) | undefined): ContentSource {
  const checked = (piece: ContentPiece | undefined) => {
    const error = reason()
    const refused = error !== undefined && piece instanceof Uint8Array && surveyContent(piece).eightBit
    return refused ? Promise.reject(error()) : piece
  }
  return {
    ...source,
    next() {
      const piece = source.next()
      return piece instanceof Promise ? piece.then(checked) : checked(piece)
    },
  }
}
