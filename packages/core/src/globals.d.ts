/**
 * The globals that every JavaScript runtime has and that the language's own library does not declare.
 * Core is compiled without any runtime's types, so whatever is not listed here can't be used by mistake.
 * The timer functions are for `client` alone: the layers below it know no clock.
 */

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}

/** Base64 of octets, one a character. */
declare function btoa(octets: string): string
declare function atob(base64: string): string

declare class URL {
  constructor(url: string)
  readonly protocol: string
  readonly username: string
  readonly password: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
}

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

declare const AbortController: { new (): AbortController }

interface ReadableStreamReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value?: T }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
}

interface ReadableStream<T> {
  getReader(): ReadableStreamReader<T>
}

interface SymbolConstructor {
  readonly asyncDispose: unique symbol
}

interface CryptoKey {
  readonly type: string
}

/** What a flow asks its driver for; nothing below `client` may use it. */
declare const crypto: {
  getRandomValues(bytes: Uint8Array): Uint8Array
  readonly subtle: {
    importKey(
      format: 'raw',
      key: Uint8Array,
      algorithm: string,
      extractable: boolean,
      uses: string[],
    ): Promise<CryptoKey>
    deriveBits(
      algorithm: { name: string; hash: string; salt: Uint8Array; iterations: number },
      key: CryptoKey,
      length: number,
    ): Promise<ArrayBuffer>
  }
}

declare function setTimeout(callback: () => void, milliseconds: number): unknown
declare function clearTimeout(timer: unknown): void

/** Monotonic milliseconds, for `client` alone as well. */
declare const performance: { now(): number }
