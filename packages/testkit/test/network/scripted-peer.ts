import type { Peer, PeerOutput } from '@sansmtp/testkit'

/** What a line makes a scripted peer do; `undefined`: nothing. */
export type Script = (line: string) => readonly PeerOutput[] | undefined

const encoder = new TextEncoder()
const decoder = new TextDecoder('latin1')

/** Says lines. */
export function say(...lines: readonly string[]): PeerOutput {
  return { type: 'SendBytes', bytes: encoder.encode(lines.map((line) => `${line}\r\n`).join('')) }
}

/** A machine that does what a script says to each line, and remembers what it took in. */
export class ScriptedPeer implements Peer {
  /** What came in, each input by itself. */
  readonly inputs: string[] = []
  readonly #script: Script
  readonly #outputs: PeerOutput[]
  #line = ''

  constructor(script: Script = () => undefined, first: readonly PeerOutput[] = []) {
    this.#script = script
    this.#outputs = [...first]
  }

  get received(): string {
    return this.inputs.filter((input) => !input.startsWith('!')).join('')
  }

  receiveBytes(bytes: Uint8Array): void {
    const text = decoder.decode(bytes)
    this.inputs.push(text)
    const [last = '', ...lines] = (this.#line + text).split('\r\n').reverse()
    this.#line = last
    for (const line of lines.reverse()) this.#outputs.push(...(this.#script(line) ?? []))
  }

  receiveEof(cause?: unknown): void {
    this.inputs.push(cause === undefined ? '!end' : '!reset')
    this.#outputs.push(...(this.#script('!end') ?? []))
  }

  tlsEstablished(): void {
    this.inputs.push('!tls')
    this.#outputs.push(...(this.#script('!tls') ?? []))
  }

  /** Has it do something unasked. */
  act(...outputs: readonly PeerOutput[]): void {
    this.#outputs.push(...outputs)
  }

  nextOutput(): PeerOutput | undefined {
    return this.#outputs.shift()
  }
}

const close: PeerOutput = { type: 'CloseRequested' }
const startTls: PeerOutput = { type: 'StartTlsRequested' }

/** A mail server as small as can be, which accepts everything, but for the lines to which `otherwise` has an answer. */
export function smallServer(
  keywords: readonly string[] = ['PIPELINING'],
  protocol: 'smtp' | 'lmtp' = 'smtp',
  otherwise: Script = () => undefined,
): ScriptedPeer {
  let content = false
  let accepted = 0
  const contentReplies = () => Array.from({ length: protocol === 'smtp' ? 1 : accepted }, () => '250 stored')
  const script = (line: string): readonly PeerOutput[] | undefined => {
    if (line.startsWith('!')) return undefined
    if (content) {
      content = line !== '.'
      return content ? undefined : [say(...contentReplies())]
    }
    switch (line.split(' ')[0]) {
      case 'EHLO':
      case 'LHLO':
        return [say(...['small.example', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))]
      case 'DATA':
        content = true
        return [say('354 go')]
      case 'STARTTLS':
        return [say('220 go'), startTls]
      case 'QUIT':
        return [say('221 bye'), close]
      case 'MAIL':
        accepted = 0
        return [say('250 ok')]
      case 'RCPT':
        accepted += 1
        return [say('250 ok')]
      default:
        return [say('250 ok')]
    }
  }
  return new ScriptedPeer((line) => otherwise(line) ?? script(line), [say('220 small.example')])
}
