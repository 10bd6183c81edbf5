import { LocalProtocolError } from '@sansmtp/core'
import { BehindContent } from './behind-content.ts'
import { ContentPhase } from './content-phase.ts'
import { type Decision, decide } from './decision.ts'
import { effects, type Records, recordsOf } from './effects.ts'
import { usualGreeting } from './greeting.ts'
import { judgeCommand, ruleOf } from './judge-command.ts'
import { withPath } from './judge-envelope.ts'
import type { Judgement } from './judgement.ts'
import { LineReader, type ReceivedLine } from './line-reader.ts'
import { OctetQueue } from './octet-queue.ts'
import { PipeliningJudge } from './pipelining-judge.ts'
import type { Asked, PolicyAnswer } from './policy.ts'
import { readCommand } from './read-command.ts'
import { maxProxyHeader, readProxyHeader } from './read-proxy-header.ts'
import type { ReceivedCommand } from './received.ts'
import type { ServerConnectionOptions } from './server-options.ts'
import type { ServerOutput } from './server-output.ts'
import { usualReply } from './server-reply.ts'
import { completeSettings, type ServerSettings } from './server-settings.ts'
import { SessionRecord } from './session-record.ts'
import { SessionView } from './session-view.ts'
import { isPositive } from './transaction-log.ts'
import { ViolationRecorder } from './violation-recorder.ts'
import { Voice } from './voice.ts'

/**
 * The server's side of one SMTP or LMTP connection, without I/O: a model of what RFC 5321 and its extensions ask
 * of a server, strict about what the client sends, and scripted by a policy where it should be otherwise. No clock,
 * no randomness, no promise.
 *
 * Drain `nextOutput` until it gives `undefined`, at the start, for the greeting, and after any input.
 */
export class ServerConnection extends SessionView {
  readonly #settings: ServerSettings
  readonly #session: SessionRecord
  readonly #input = new OctetQueue()
  readonly #voice = new Voice()
  readonly #lines: LineReader
  readonly #violations: ViolationRecorder
  readonly #pipelining: PipeliningJudge
  readonly #content: ContentPhase
  readonly #behindContent: BehindContent
  #ended = false

  constructor(options: ServerConnectionOptions = {}) {
    const { protocol = 'smtp', secure = false, expectsProxy = false } = options
    const session = new SessionRecord(protocol, secure, expectsProxy)
    super(session)
    this.#session = session
    this.#settings = completeSettings(options)
    const { quirks, limits } = this.#settings
    this.#lines = new LineReader({ bareLineFeeds: quirks.takesBareLineFeeds ?? false })
    this.#violations = new ViolationRecorder(this.#session.violations, this.#voice, limits.maxViolations)
    this.#pipelining = new PipeliningJudge(this.#input, this.#violations)
    const decideContent = (asked: Asked) => this.#decide(asked)
    this.#content = new ContentPhase(session, this.#settings, this.#input, this.#violations, decideContent)
    this.#behindContent = new BehindContent(quirks, this.#input)
  }

  /** Takes bytes from the client; copied, and executed by `nextOutput`. Ignored once the connection is closing. */
  receiveBytes(bytes: Uint8Array): void {
    if (this.#ended || this.state === 'closing' || this.state === 'closed') return
    this.#input.push(bytes)
    if (this.state !== 'startTls') return
    this.#pipelining.behindStartTls()
    this.#input.skip()
  }

  /** The client has ended the stream. Takes effect behind the bytes before it. May be called again. */
  receiveEof(): void {
    this.#ended = true
  }

  /**
   * TLS stands; all that was learned without it is forgotten (RFC 3207 §4.2).
   *
   * @throws {LocalProtocolError} without a `StartTlsRequested` before it
   */
  tlsEstablished(): void {
    const { state } = this
    if (state !== 'startTls') {
      throw new LocalProtocolError('tlsEstablished: no StartTlsRequested came before', { state })
    }
    this.#session.establishTls()
  }

  /**
   * Says something that nothing asked for, such as `421 4.3.2 shutting down` (RFC 5321 §3.8), which also closes.
   * Ignored once the connection is closing.
   */
  say(answer: PolicyAnswer): void {
    if (this.state === 'closing' || this.state === 'closed') return
    this.#give(decide(answer, usualReply(250), this.#enhanced))
  }

  /** What is to be done or has happened next, or `undefined` until there is more input. */
  nextOutput(): ServerOutput | undefined {
    while (this.#voice.silent && this.#advance()) {
      // One command, or one piece of content, at a time.
    }
    if (this.#voice.silent) this.#voice.flush()
    return this.#voice.next()
  }

  /** Does the next thing; false when there is nothing to do without more input. */
  #advance(): boolean {
    switch (this.state) {
      case 'preface':
        return this.#readPreface() || this.#advanceEnd()
      case 'greeting':
        this.#greet()
        return true
      case 'data':
      case 'chunk':
        return this.#advanceContent() || this.#advanceEnd()
      case 'closed':
        return false
      case 'closing':
      case 'startTls':
        return this.#advanceEnd()
      default: {
        const line = this.#lines.next(this.#input, this.#violations.badOctet)
        if (line === undefined) return this.#advanceEnd()
        this.#execute(line)
        return true
      }
    }
  }

  #readPreface(): boolean {
    const reading = readProxyHeader(this.#input.peek(maxProxyHeader))
    if (reading === 'more') return false
    if (reading === 'malformed') {
      this.#violations.found('PROXY_HEADER', 'no PROXY header', this.#input.peek(maxProxyHeader), this.#input.position)
      this.#requestClose()
      return true
    }
    this.#input.skip(reading.length)
    this.#session.proxied = reading.header
    this.#session.state = 'greeting'
    return true
  }

  #greet(): void {
    this.#pipelining.beforeGreeting()
    const decision = this.#decide({ type: 'greeting', usual: usualGreeting(this.protocol, this.#settings) })
    const { code = 220 } = decision.reply ?? {}
    this.#session.state = code >= 400 ? 'refused' : 'greeted'
    this.#give(decision)
    this.#voice.flush()
  }

  #execute(line: ReceivedLine): void {
    const read = readCommand(line, this.state === 'auth')
    const fromContent = line.position < this.#violations.innocentUntil
    const command: ReceivedCommand = fromContent ? { ...read, fromContent } : read
    if (this.#session.commands.length >= this.#settings.limits.maxCommands) {
      this.#give(decide('421 4.7.0 too many commands', usualReply(421), this.#enhanced))
      return
    }
    this.#session.commands.push(command)
    this.#voice.tell({ type: 'CommandReceived', command })
    const offered = this.#session.offered.has('PIPELINING')
    const midGroup = ruleOf(command.verb, this.#session)?.midGroup ?? false
    if (this.#settings.quirks.dropsConnectionBehindGroupEnd && this.#input.length > 0 && !(midGroup && offered)) {
      if (command.verb === 'DATA') this.#pipelining.behindData()
      else this.#pipelining.behind(command.verb || 'a command', { midGroup, offered })
      this.#hangUp()
      return
    }
    const judgement = this.#judge(command, line)
    const records = recordsOf(command, judgement, this.#session)
    const recipient = records.recipient && { recipient: records.recipient.index }
    const { usual, path, parameters = {}, unanswered } = judgement
    const about = path === undefined ? {} : { path, parameters }
    const moment = { type: 'command', ...command, usual, ...about, ...recipient } as const
    const decision = this.#decide(moment, unanswered ? 'silence' : undefined)
    this.#apply(command, judgement, decision, records)
    if (this.state === 'chunk' || this.state === 'closing' || this.state === 'startTls') return
    if (this.state === 'data') this.#pipelining.behindData()
    else this.#pipelining.behind(command.verb || 'a command', { midGroup, offered })
    if (!midGroup) this.#voice.flush()
  }

  #judge(command: ReceivedCommand, line: ReceivedLine): Judgement {
    if (command.verb === 'MAIL') this.#pipelining.mail(line)
    const judged = this.#behindContent.refuses(command.position)
      ? { usual: usualReply(503), faults: [] }
      : judgeCommand(command, line, this.#session, this.#settings)
    for (const { code, message } of judged.faults) {
      this.#violations.found(code, message, line.octets, line.position)
    }
    return withPath(judged, command, this.#session)
  }

  /** Lets the decision take effect and says it. */
  #apply(command: ReceivedCommand, judgement: Judgement, decision: Decision, records: Records): void {
    const { reply } = decision
    const session = this.#session
    if (judgement.chunk !== undefined && !(decision.close && reply === undefined)) {
      const outcome = this.#content.beginChunk(judgement.chunk, judgement, decision)
      for (const early of outcome?.decisions ?? []) this.#give(early)
      return
    }
    if (reply !== undefined) {
      effects[command.verb]?.({ session, settings: this.#settings, command, judgement, records, reply })
    }
    if (this.state === 'data') this.#content.beginData()
    else if (this.state !== 'chunked') this.#content.forget()
    const quits = command.verb === 'QUIT' && isPositive(reply)
    if (quits) this.#pipelining.behind('QUIT', { midGroup: false, offered: session.offered.has('PIPELINING') })
    this.#give(quits ? { ...decision, close: true } : decision)
    if (command.verb === 'STARTTLS' && isPositive(reply)) this.#requestTls()
  }

  #advanceContent(): boolean {
    const outcome = this.#content.advance()
    if (outcome === undefined) return false
    const { decisions, message, whole, byUrl } = outcome
    if (message !== undefined) this.#voice.tell({ type: 'MessageReceived', message })
    for (const decision of decisions) this.#give(decision)
    const offered = this.#session.offered.has('PIPELINING')
    this.#pipelining.behind(whole ? 'content' : 'a chunk', { midGroup: true, offered })
    if (whole && byUrl) this.#pipelining.behindBurl()
    if (whole && this.#behindContent.hangsUp()) this.#hangUp()
    return true
  }

  /** Postfix's way to say that octets came too early. */
  #hangUp(): void {
    this.#give(
      decide(
        { code: 554, enhancedCode: '5.5.0', lines: 'protocol synchronization', close: true },
        usualReply(554),
        this.#enhanced,
      ),
    )
  }

  #requestTls(): void {
    this.#pipelining.behindStartTls()
    this.#input.skip()
    this.#voice.flush()
    this.#voice.tell({ type: 'StartTlsRequested' })
    this.#session.state = 'startTls'
  }

  #give({ bytes, close }: Decision): void {
    if (this.state === 'closing') return
    this.#voice.say(bytes)
    if (close) this.#requestClose()
  }

  #requestClose(): void {
    this.#voice.flush()
    this.#input.skip()
    this.#voice.tell({ type: 'CloseRequested' })
    this.#session.state = 'closing'
  }

  #advanceEnd(): boolean {
    if (!this.#ended) return false
    const { state } = this
    if (state !== 'closing') {
      const amid = ['preface', 'data', 'chunk'].includes(state) || this.#lines.unfinished > 0
      if (amid || state !== 'startTls') this.#violations.ended(amid, this.#input.position)
      this.#requestClose()
    }
    this.#voice.tell({ type: 'Closed' })
    this.#session.state = 'closed'
    return true
  }

  #decide(asked: Asked, otherwise?: PolicyAnswer): Decision {
    const moment = { ...asked, session: this }
    return decide(this.#settings.policy(moment) ?? otherwise, asked.usual, this.#enhanced)
  }

  /** RFC 2034 §4: not in the greeting nor in the reply to EHLO, whose replies have none. */
  get #enhanced(): boolean {
    return this.#session.offered.has('ENHANCEDSTATUSCODES')
  }
}
