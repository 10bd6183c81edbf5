import type { ClientConnection, Event, Flow, SmtpError } from '@sansmtp/core'
import type { ServerConnection } from '@sansmtp/testkit'

/** A client and a server, joined without a network: what one sends the other has at once. */
export class Pair {
  readonly client: ClientConnection
  readonly server: ServerConnection
  /** Octets that are read at a time, by both. */
  readonly #readLength: number
  #events: Event[] = []
  #closed = false

  constructor(client: ClientConnection, server: ServerConnection, readLength: number = Number.POSITIVE_INFINITY) {
    this.client = client
    this.server = server
    this.#readLength = readLength
  }

  /** Runs a flow of the client's until it returns, with that message as its content. */
  run<Result>(flow: Flow<Result>, content: Uint8Array = new Uint8Array(0)): Result {
    let step = flow.next()
    while (!step.done) {
      if (step.value === 'sendContent') {
        this.client.sendBody(content)
        this.client.endBody()
        step = flow.next({ type: 'ContentSent' })
        continue
      }
      const event = this.#nextEvent()
      if (event === undefined) throw new Error(`stuck: ${this.client.state} and ${this.server.state}`)
      step = flow.next(event)
    }
    return step.value
  }

  /** Lets both run until neither has anything to say. */
  settle(): void {
    while (this.#pump()) {
      // On.
    }
  }

  #nextEvent(): Event | undefined {
    while (this.#events.length === 0 && this.#pump()) {
      // On.
    }
    return this.#events.shift()
  }

  /** One output of either side; false when there is none. */
  #pump(): boolean {
    const said = this.server.nextOutput()
    if (said !== undefined) {
      if (said.type === 'SendBytes') this.#cut(said.bytes, (piece) => this.client.receiveBytes(piece))
      if (said.type === 'CloseRequested') this.#close()
      return true
    }
    const output = this.client.nextOutput()
    if (output === undefined) return this.#handshake()
    if (output.type === 'SendBytes') {
      this.#cut(output.bytes, (piece) => {
        this.server.receiveBytes(piece)
        while (this.#readLength < Number.POSITIVE_INFINITY && this.#serverSays()) {
          // On.
        }
      })
    } else if (output.type === 'CloseRequested') {
      this.#close()
    } else if (output.type !== 'StartTlsRequested') {
      this.#events.push(output)
    }
    return true
  }

  #serverSays(): boolean {
    const said = this.server.nextOutput()
    if (said?.type === 'SendBytes') this.#cut(said.bytes, (piece) => this.client.receiveBytes(piece))
    if (said?.type === 'CloseRequested') this.#close()
    return said !== undefined
  }

  #handshake(): boolean {
    if (this.client.state !== 'startTls' || this.server.state !== 'startTls') return false
    this.server.tlsEstablished()
    this.client.tlsEstablished()
    return true
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.client.receiveEof()
    this.server.receiveEof()
  }

  #cut(bytes: Uint8Array, receive: (piece: Uint8Array) => void): void {
    for (let start = 0; start < bytes.length; start += Math.min(this.#readLength, bytes.length)) {
      receive(bytes.subarray(start, start + Math.min(this.#readLength, bytes.length)))
    }
  }
}

/** How a flow ended: with a result or an `SmtpError`. */
export function attempt<Result>(run: () => Result): { readonly result?: Result; readonly error?: SmtpError } {
  try {
    return { result: run() }
  } catch (error) {
    return { error: error as SmtpError }
  }
}
