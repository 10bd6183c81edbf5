import { ClientConnection, encodeUtf8, LocalProtocolError, type Output } from '@sansmtp/core'
import { commandOf } from './command-line.ts'
import type { Dialogue, Step } from './dialogue.ts'

/** How what the server sends in one step is cut into reads. */
export type Chunking = (bytes: Uint8Array) => Iterable<Uint8Array>

/** A dialogue did not go as it is written. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError'
}

/**
 * Plays a dialogue against a `ClientConnection`: sends its commands, checks that exactly its lines go out, feeds it
 * the server's lines and checks what must hold.
 *
 * @returns every event that the connection told, rendered; the same for every chunking
 * @throws {DialogueError} which says where it departs from the text
 */
export function runDialogue(dialogue: Dialogue, chunking: Chunking = (bytes) => [bytes]): string[] {
  const player = new Player(dialogue, chunking)
  for (const step of dialogue.steps) player.play(step)
  player.expectNothingMore()
  return player.events
}

class Player {
  readonly events: string[] = []
  readonly #connection: ClientConnection
  readonly #chunking: Chunking
  #sent = ''

  constructor({ protocol, secure }: Dialogue, chunking: Chunking) {
    this.#connection = new ClientConnection({ protocol, secure })
    this.#chunking = chunking
  }

  play(step: Step): void {
    if (step.type !== 'client') this.expectNothingMore()
    switch (step.type) {
      case 'client':
        this.#playClient(step.lines)
        break
      case 'illegal':
        this.#playIllegal(step.line)
        break
      case 'server':
        for (const chunk of this.#chunking(octets(step.lines))) {
          this.#connection.receiveBytes(chunk)
          this.#drain()
        }
        break
      case 'eof':
        this.#connection.receiveEof()
        break
      case 'tls':
        this.#connection.tlsEstablished({ protocol: 'TLSv1.3' })
        break
      case 'timeout':
        this.#connection.handleTimeout()
        break
      case 'abort':
        this.#connection.abort()
        break
      case 'expect':
        this.#expect(step.what)
    }
    this.#drain()
  }

  expectNothingMore(): void {
    if (this.#sent !== '') throw new DialogueError(`the client also sent ${JSON.stringify(this.#sent)}`)
  }

  #playClient(lines: readonly string[]): void {
    for (const line of lines) {
      const { state } = this.#connection
      if (state === 'data') this.#playContent(line)
      else this.#connection.send(commandOf(line, state))
    }
    this.#drain()
    const expected = lines.map((line) => `${line}\r\n`).join('')
    if (this.#sent !== expected) {
      throw new DialogueError(`the client should send ${JSON.stringify(expected)}, not ${JSON.stringify(this.#sent)}`)
    }
    this.#sent = ''
  }

  #playContent(line: string): void {
    if (line === '.') this.#connection.endBody()
    else this.#connection.sendBody(octets([line.startsWith('.') ? line.slice(1) : line]))
  }

  #playIllegal(line: string): void {
    // Never as the answer to a challenge: that is always legal when one came.
    const command = commandOf(line, '')
    const before = this.#connection.state
    if (this.#connection.can(command.verb)) throw new DialogueError(`${line} should not be legal in state ${before}`)
    try {
      this.#connection.send(command)
    } catch (error) {
      if (this.#connection.state !== before) throw new DialogueError(`${line} was refused but changed the state`)
      this.events.push(`refused ${command.verb}: ${error instanceof LocalProtocolError ? 'local' : 'unsupported'}`)
      return
    }
    throw new DialogueError(`${line} should be refused in state ${before}`)
  }

  #expect(what: string): void {
    const held = [`state ${this.#connection.state}`, ...this.events]
    if (!held.includes(what)) {
      throw new DialogueError(`'${what}' does not hold; what does: ${held.map((each) => `'${each}'`).join(', ')}`)
    }
  }

  #drain(): void {
    for (let output = this.#connection.nextOutput(); output; output = this.#connection.nextOutput()) {
      if (output.type === 'SendBytes') this.#sent += latin1(output.bytes)
      else this.events.push(renderOutput(output))
      if (output.type === 'CloseRequested') this.#connection.receiveEof()
    }
  }
}

/** An output as one line, for comparing and for reading. */
export function renderOutput(output: Output): string {
  switch (output.type) {
    case 'GreetingReceived':
      return `greeting ${output.reply.code}`
    case 'ReplyReceived': {
      const recipient = output.recipient === undefined ? '' : ` for recipient ${output.recipient}`
      return `reply ${output.exchange} ${output.reply.code}${recipient}`
    }
    case 'CommandSkipped':
      return `skipped ${output.exchange}`
    case 'CapabilitiesChanged':
      return `capabilities ${output.capabilities.keywords.join(' ')}`.trimEnd()
    case 'ServerClosing':
      return `server closing ${output.reply.code} ${output.delivery}`
    case 'Failed':
      return `failed ${output.error.code} ${output.delivery}`
    case 'BodyRequested':
      return 'body requested'
    case 'StartTlsRequested':
      return 'TLS requested'
    case 'CloseRequested':
      return 'close requested'
    case 'Closed':
      return 'closed'
    case 'SendBytes':
      return `send ${output.bytes.length} octets`
  }
}

function octets(lines: readonly string[]): Uint8Array {
  const text = lines.map((line) => `${line}\r\n`).join('')
  // A character below U+0100 stands for the octet of its number, so that a dialogue can hold any octets.
  return /^[\0-\xff]*$/.test(text) ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : encodeUtf8(text)
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const octet of bytes) text += String.fromCharCode(octet)
  return text
}
