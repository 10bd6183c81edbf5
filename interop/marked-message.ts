import { randomUUID } from 'node:crypto'
import type { ContentCase } from './content-cases.ts'

/** Header fields that a message has besides, each with its CRLF. */
interface Fields {
  readonly kept?: string
  /** Those that the client must leave out. */
  readonly leftOut?: string
}

/**
 * A message whose first line names it. Servers put header fields of their own (Return-Path, Received, …) before
 * a message, so what was sent is found from that line on, and no other message has it.
 */
export class MarkedMessage {
  readonly mark: string = `X-Interop: ${randomUUID()}`
  readonly message: Uint8Array | string
  readonly #arrives: string

  constructor({ body, arrives, lineEnd }: Omit<ContentCase, 'name'>, { kept = '', leftOut = '' }: Fields = {}) {
    const header = (end: string, fields: string) => `${this.mark}${end}${fields}Subject: interop${end}${end}`
    const sent = header(lineEnd ?? '\r\n', leftOut + kept)
    this.message = typeof body === 'string' ? sent + body : Buffer.concat([Buffer.from(sent), body])
    this.#arrives = octets(header('\r\n', kept)) + octets(arrives ?? body)
  }

  /** The message as a stream that yields `size` octets at a time. */
  async *pieces(size: number): AsyncIterable<Uint8Array> {
    const whole = Buffer.from(this.message as string)
    for (let start = 0; start < whole.length; start += size) yield whole.subarray(start, start + size)
  }

  /** What must be in the mailbox from the mark on, one character for an octet. */
  storedWith(lineEnd: '\r\n' | '\n'): string {
    return this.#arrives.replaceAll('\r\n', lineEnd)
  }

  /** Parts what the server put before the message from the message itself. */
  find(delivered: Buffer): { trace: string; message: string } {
    const text = delivered.toString('latin1')
    const start = text.indexOf(this.mark)
    return { trace: text.slice(0, start), message: text.slice(start) }
  }
}

function octets(text: Uint8Array | string): string {
  return Buffer.from(text as string).toString('latin1')
}
