import { type Answer, asAnswer, codeOf, joined, type Reply } from './answer.ts'
import { LineBuffer } from './line-buffer.ts'
import { defaultReplies, type ServerScript } from './server-script.ts'

/** The next thing that a server does on a connection. */
export interface Action {
  readonly answer: Answer
  /** Then TLS begins. */
  readonly startsTls?: true
}

/** One connection of a scripted server, without I/O. It keeps what it was sent, and answers by its script. */
export class ScriptedSession {
  /** What came, in order: a command line each, `response …` in an AUTH dialogue, `content …` for a message. */
  readonly received: string[] = []
  readonly #script: ServerScript
  readonly #lmtp: boolean
  readonly #used = new Map<string, number>()
  readonly #buffer = new LineBuffer()
  #mode: 'greeting' | 'command' | 'response' | 'content' | 'deaf' = 'greeting'
  #mailAccepted = false
  #accepted: string[] = []

  constructor(script: ServerScript, protocol: 'smtp' | 'lmtp') {
    this.#script = script
    this.#lmtp = protocol === 'lmtp'
  }

  receive(bytes: Uint8Array): void {
    if (this.#mode !== 'deaf') this.#buffer.add(bytes)
  }

  /** The client has ended. What it began to say is kept, unless that was a TLS handshake. */
  receiveEnd(): void {
    const { rest } = this.#buffer
    if (rest !== '' && !rest.startsWith('\x16\x03') && this.#mode !== 'deaf') this.received.push(`unfinished ${rest}`)
  }

  /** What to do next, or `undefined` until more comes. */
  nextAction(): Action | undefined {
    const action = this.#nextAction()
    if (action?.answer.ends === true) this.#mode = 'deaf'
    return action
  }

  #nextAction(): Action | undefined {
    switch (this.#mode) {
      case 'greeting':
        this.#mode = 'command'
        return { answer: this.#answerTo('GREETING') }
      case 'command': {
        const line = this.#buffer.takeLine()
        return line === undefined ? undefined : this.#obey(line)
      }
      case 'response': {
        const line = this.#buffer.takeLine()
        if (line === undefined) return undefined
        this.received.push(`response ${line}`)
        return this.#dialogue(this.#answerTo('RESPONSE'))
      }
      case 'content': {
        const content = this.#buffer.takeContent()
        return content === undefined ? undefined : this.#store(content)
      }
      case 'deaf':
        return undefined
    }
  }

  #obey(line: string): Action {
    this.received.push(line)
    const [verb = ''] = line.toUpperCase().split(' ')
    const path = /<[^>]*>/.exec(line)?.[0] ?? ''
    const answer = this.#outOfOrder(verb) ?? this.#answerTo(verb, path)
    const code = codeOf(answer)
    const positive = code >= 200 && code < 300
    switch (verb) {
      case 'MAIL':
        this.#mailAccepted ||= positive
        break
      case 'RCPT':
        if (positive) this.#accepted.push(path)
        break
      case 'DATA':
        if (code === 354) this.#mode = 'content'
        break
      case 'RSET':
      case 'EHLO':
      case 'HELO':
      case 'LHLO':
        this.#forget()
        break
      case 'AUTH':
        return this.#dialogue(answer)
      case 'STARTTLS':
        if (code === 220 && answer.ends === undefined) return { answer, startsTls: true }
        break
    }
    return { answer }
  }

  #dialogue(answer: Answer): Action {
    this.#mode = codeOf(answer) === 334 ? 'response' : 'command'
    return { answer }
  }

  #store(content: string): Action {
    this.received.push(`content ${content}`)
    this.#mode = 'command'
    const recipients = this.#lmtp ? this.#accepted : ['']
    const answers = recipients.map((path) => this.#answerTo('CONTENT', path))
    this.#forget()
    return { answer: joined(answers) }
  }

  #outOfOrder(verb: string): Answer | undefined {
    if (this.#script.ordered === undefined) return undefined
    const missing = { RCPT: !this.#mailAccepted, DATA: this.#accepted.length === 0 }[verb]
    return missing ? asAnswer('503 bad sequence') : undefined
  }

  #forget(): void {
    this.#mailAccepted = false
    this.#accepted = []
  }

  #answerTo(verb: string, path: string = ''): Answer {
    const { replies = {} } = this.#script
    const keys = [`${verb} ${path}`, verb, ...(verb in defaultReplies ? [] : ['OTHER'])]
    const key = keys.find((candidate) => candidate in replies)
    const scripted = replies[key ?? ''] ?? defaultReplies[verb] ?? defaultReplies['OTHER'] ?? ''
    const all: readonly Reply[] = Array.isArray(scripted) ? scripted : [scripted as Reply]
    const used = this.#used.get(key ?? '') ?? 0
    this.#used.set(key ?? '', used + 1)
    return asAnswer(all[Math.min(used, all.length - 1)] ?? '')
  }
}
