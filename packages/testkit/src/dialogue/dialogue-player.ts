import { ClientConnection, type ClientConnectionOptions, decodeUtf8, SmtpError } from '@sansmtp/core'
import { commandOf } from './command-line.ts'
import { ContentPlayer } from './content-player.ts'
import type { DialogueLine, Happening, Step } from './dialogue.ts'
import { DialogueError } from './dialogue-errors.ts'
import { isEnded, latin1, octetsOf } from './escapes.ts'
import { lookedAt, mustBeNamed } from './expectation.ts'
import { renderOutput } from './rendered-output.ts'

/** How what the server sends in one step is cut into reads. */
export type Chunking = (bytes: Uint8Array) => Iterable<Uint8Array>

/** Plays the steps of a dialogue, one by one, against a `ClientConnection` of its own. */
export class DialoguePlayer {
  /** Every event so far, rendered. */
  readonly events: string[] = []
  readonly #connection: ClientConnection
  readonly #chunking: Chunking
  /** Where the events of the step played last begin, and the first of them that no expectation has passed. */
  #stepStart = 0
  #unnamed = 0
  #stepLine = 0
  /** What went out and no line of the dialogue has shown yet, one character an octet. */
  #sent = ''
  readonly #content: ContentPlayer

  constructor(options: ClientConnectionOptions, chunking: Chunking) {
    this.#connection = new ClientConnection(options)
    this.#chunking = chunking
    this.#content = new ContentPlayer(this.#connection)
  }

  /** The events of the step played last. */
  get stepEvents(): readonly string[] {
    return this.events.slice(this.#stepStart)
  }

  get ended(): boolean {
    return this.#connection.state === 'closed' || this.#connection.state === 'failed'
  }

  /**
   * Plays a step. Those that follow it tell whether a chunk of content is the last: that is known to who has the next.
   *
   * @throws {DialogueError} when the connection departs from the step
   */
  play(step: Step, following: readonly Step[] = []): void {
    if (step.type === 'expectation') {
      this.#expect(step.line)
      return
    }
    this.finishStep()
    this.#stepStart = this.events.length
    this.#unnamed = this.#stepStart
    if (step.type !== 'client') this.#expectNothingSent()
    switch (step.type) {
      case 'client':
        this.#stepLine = step.lines.at(-1)?.at ?? 0
        this.#playClient(step.lines, following)
        break
      case 'server':
        this.#stepLine = step.lines.at(-1)?.at ?? 0
        this.#playServer(step.lines)
        break
      case 'queued':
        this.#stepLine = step.line.at
        this.#send(step.line)
        this.#drain()
        if (this.#sent !== '') this.#depart('the command to wait', `it left: ${JSON.stringify(this.#sent)}`)
        break
      case 'illegal':
        this.#stepLine = step.line.at
        this.#playIllegal(step.line)
        break
      case 'happening':
        this.#stepLine = step.at
        this.#input(`! ${step.what}`, () => this.#happen(step.what))
        this.#drain()
    }
  }

  /** @throws {DialogueError} when an event of the step played last had to be named by an expectation and was not */
  finishStep(): void {
    this.#passOver(this.events.length, this.#stepLine)
  }

  /** @throws {DialogueError} also when something went out that no line shows */
  finish(): void {
    this.finishStep()
    this.#expectNothingSent()
  }

  #playClient(lines: readonly DialogueLine[], following: readonly Step[]): void {
    const expected = lines.map((line) => latin1(octetsOf(line)))
    let shown = ''
    for (const [i, line] of lines.entries()) {
      shown += expected[i]
      this.#stepLine = line.at
      if (this.#content.takes) {
        this.#input('content that the connection takes', () => this.#content.play(line))
      } else if (this.#content.isChunkLine(line)) {
        if (!this.#content.opened) this.#send(line)
        this.#drain()
        const behind = [
          ...lines.slice(i + 1),
          ...following.flatMap((step) => (step.type === 'client' ? step.lines : [])),
        ]
        this.#input('a chunk that the connection takes', () => this.#content.playChunkLine(line, behind))
        this.#drain()
      } else if (!this.#sent.startsWith(shown)) {
        // Commands queued before have left by themselves.
        this.#send(line)
      }
    }
    this.#drain()
    const whole = expected.join('')
    if (this.#sent !== whole) {
      this.#depart(`the client to send ${JSON.stringify(whole)}`, `it sent ${JSON.stringify(this.#sent)}`)
    }
    this.#sent = ''
  }

  #send(line: DialogueLine): void {
    this.#stepLine = line.at
    if (!isEnded(line.text)) this.#depart('a whole command line', 'it ends in a lone backslash')
    const text = decodeUtf8(octetsOf(line).slice(0, -2))
    this.#input(`the client to send ${text}`, () => {
      const command = this.#content.prepare(commandOf(text, this.#connection.state === 'auth'))
      this.#content.queued(command, this.#connection.send(command))
    })
  }

  #playServer(lines: readonly DialogueLine[]): void {
    const octets = Uint8Array.from(lines.flatMap((line) => [...octetsOf(line)]))
    const chunks = [...this.#chunking(octets)]
    for (const [i, chunk] of chunks.entries()) {
      this.#input('the server to be heard', () => this.#connection.receiveBytes(chunk))
      this.#drain(i < chunks.length - 1)
    }
  }

  #playIllegal(line: DialogueLine): void {
    const text = decodeUtf8(octetsOf(line).slice(0, -2))
    const before = this.#standing()
    let refusal: string | undefined
    try {
      // Never as the answer to a challenge: that is always legal when one came.
      const command = commandOf(text)
      const allowed = this.#connection.can(command.verb)
      refusal = this.#refusalOf(() => this.#connection.send(command))
      if (refusal !== undefined) this.events.push(`refused ${command.verb} ${refusal}`)
      if (refusal === 'LOCAL_PROTOCOL' && allowed) this.#depart('can() to know of it', 'it said that the verb is legal')
    } catch (error) {
      if (error instanceof SyntaxError) this.#depart('a command', `${error.message}: ${line.text}`)
      throw error
    }
    if (refusal === undefined) this.#depart(`${line.text} to be refused`, `it is legal in state ${before}`)
    this.#drain()
    if (this.#standing() !== before || this.#sent !== '')
      this.#depart('a refusal to change nothing', 'something changed')
  }

  #refusalOf(input: () => void): string | undefined {
    try {
      input()
      return undefined
    } catch (error) {
      if (error instanceof SmtpError) return error.code
      throw error
    }
  }

  #standing(): string {
    return `${this.#connection.state}, ${this.#connection.pendingCommands} pending`
  }

  #happen(what: Happening): void {
    switch (what) {
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
    }
  }

  #expect({ text, at }: DialogueLine): void {
    const look = lookedAt(text, this.#connection)
    if (look !== undefined) {
      if (look !== text) throw new DialogueError(at, text, look)
      return
    }
    const found = this.events.indexOf(text, this.#unnamed)
    if (found === -1) {
      const told = this.events.slice(this.#unnamed).map((event) => `'${event}'`)
      const what = told.length === 0 ? 'nothing more' : told.join(', ')
      throw new DialogueError(at, `'${text}' in the step before`, `what happened there is ${what}`)
    }
    this.#passOver(found, at)
    this.#unnamed = found + 1
  }

  #passOver(end: number, at: number): void {
    const unsaid = this.events.slice(this.#unnamed, end).find(mustBeNamed)
    if (unsaid === undefined) return
    throw new DialogueError(at, `no '${unsaid}' that goes unsaid`, `it happened, and no line = ${unsaid} says so`)
  }

  #expectNothingSent(): void {
    if (this.#sent !== '') this.#depart('the client to send nothing more', `it sent ${JSON.stringify(this.#sent)}`)
  }

  #input(expected: string, input: () => void): void {
    try {
      input()
    } catch (error) {
      if (error instanceof DialogueError) throw error
      this.#depart(expected, error instanceof Error ? error.message : String(error), error)
    }
  }

  #depart(expected: string, actual: string, cause?: unknown): never {
    throw new DialogueError(this.#stepLine, expected, actual, cause === undefined ? undefined : { cause })
  }

  /** With more to be heard at once, it stops short of a TLS handshake: nobody begins one with bytes at hand. */
  #drain(moreAtHand = false): void {
    for (;;) {
      if (moreAtHand && this.#connection.state === 'startTls') return
      const output = this.#connection.nextOutput()
      if (output === undefined) return
      if (output.type === 'SendBytes') this.#sent += latin1(output.bytes)
      else this.events.push(renderOutput(output))
      this.#content.hear(output)
      if (output.type === 'CloseRequested') this.#connection.receiveEof()
    }
  }
}
