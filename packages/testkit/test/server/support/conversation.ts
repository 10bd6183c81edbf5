import { ServerConnection, type ServerConnectionOptions, type ServerOutput } from '@sansmtp/testkit'

/** One octet a character. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('')
}

/** All that a server has to say now. */
export function drain(server: ServerConnection): ServerOutput[] {
  const outputs: ServerOutput[] = []
  for (let output = server.nextOutput(); output; output = server.nextOutput()) outputs.push(output)
  return outputs
}

/** What was sent among outputs. */
export function sent(outputs: readonly ServerOutput[]): string {
  return outputs.map((output) => (output.type === 'SendBytes' ? latin1(output.bytes) : '')).join('')
}

/** A server that was greeted by, and a client of hand-written lines. */
export class Conversation {
  readonly server: ServerConnection
  readonly outputs: ServerOutput[] = []
  readonly greeting: string

  constructor(options: ServerConnectionOptions = {}) {
    this.server = new ServerConnection(options)
    this.greeting = this.#drain()
  }

  /** Sends each line by itself, ended by CRLF; gives the replies to all, in lines. */
  say(...lines: readonly string[]): readonly string[] {
    return lines.flatMap((line) => this.raw(`${line}\r\n`))
  }

  /** Sends the lines in one piece. */
  together(...lines: readonly string[]): readonly string[] {
    return this.raw(lines.map((line) => `${line}\r\n`).join(''))
  }

  /** Sends octets as they are. */
  raw(text: string): readonly string[] {
    this.server.receiveBytes(octets(text))
    return this.#lines()
  }

  eof(): readonly string[] {
    this.server.receiveEof()
    return this.#lines()
  }

  /** The first three digits of each reply's last line. */
  codes(...lines: readonly string[]): readonly number[] {
    return this.say(...lines)
      .filter((line) => line[3] === ' ')
      .map((line) => Number(line.slice(0, 3)))
  }

  get violations(): readonly string[] {
    return this.server.violations.map(({ code }) => code)
  }

  get types(): readonly string[] {
    return this.outputs.map(({ type }) => type)
  }

  #lines(): readonly string[] {
    return this.#drain()
      .split('\r\n')
      .filter((line) => line !== '')
  }

  #drain(): string {
    const outputs = drain(this.server)
    this.outputs.push(...outputs)
    return sent(outputs)
  }
}

/** A conversation behind EHLO (LHLO). */
export function session(options: ServerConnectionOptions = {}): Conversation {
  const conversation = new Conversation(options)
  conversation.say(`${options.protocol === 'lmtp' ? 'LHLO' : 'EHLO'} client.example`)
  return conversation
}
