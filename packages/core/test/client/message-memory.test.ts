import type { TlsInfo } from '@sansmtp/core'
import { LmtpClient, SmtpClient, type Transport } from '@sansmtp/core/client'
import { describe, expect } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { inClear } from './connected.ts'

const header = 'From: a@bar.example\r\nBcc: b@foo.example\r\nTo: c@foo.example\r\n\r\n'

/** A server that counts the octets of content, keeps none, and takes each write a turn of the event loop later. */
class CountingServer implements Transport {
  octets = 0
  #inContent = false
  #last = ''
  readonly #hello: string
  readonly #said: string[] = ['220 hi']
  #wake: () => void = () => {}

  constructor(hello: string) {
    this.#hello = hello
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#said.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return Buffer.from(`${this.#said.splice(0).join('\r\n')}\r\n`)
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#inContent) this.#takeContent(bytes)
    else for (const line of Buffer.from(bytes).toString().split('\r\n').slice(0, -1)) this.#say(this.#replyTo(line))
  }

  async startTls(): Promise<TlsInfo> {
    return {}
  }

  close(): void {}

  #takeContent(bytes: Uint8Array): void {
    this.octets += bytes.length
    this.#last = (this.#last + Buffer.from(bytes.subarray(-5)).toString('latin1')).slice(-5)
    if (this.#last !== '\r\n.\r\n') return
    this.#inContent = false
    for (let i = 0; i < (this.#hello === 'LHLO' ? 2 : 1); i += 1) this.#say('250 ok')
  }

  #replyTo(line: string): string {
    if (line.startsWith(this.#hello)) return '250-foo.example\r\n250-PIPELINING\r\n250 8BITMIME'
    if (line !== 'DATA') return '250 ok'
    this.#inContent = true
    return '354 go'
  }

  #say(line: string): void {
    this.#said.push(line)
    this.#wake()
  }
}

describe.each([
  ['SMTP', SmtpClient, 'EHLO'],
  ['LMTP', LmtpClient, 'LHLO'],
] as const)('a stream of 64 MiB over %s', (_, kind, hello) => {
  thorough.each(['sendMessage', 'sendMail', 'deliver'] as const)('is not gathered by %s', async (method) => {
    const server = new CountingServer(hello)
    const client = await kind.over(server, inClear)
    let given = 0
    let outstanding = 0
    const line = Buffer.from(`${'x'.repeat(76)}\r\n`)
    const piece = Buffer.concat(Array(840).fill(line))
    const pieces = Math.ceil((64 * 1024 * 1024) / piece.length)
    async function* message() {
      yield Buffer.from(header)
      for (let i = 0; i < pieces; i += 1) {
        given += piece.length
        outstanding = Math.max(outstanding, given - server.octets)
        yield piece
      }
    }
    const envelope = { from: 'a@bar.example', to: ['b@foo.example', 'c@foo.example'] }
    if (method === 'sendMessage') expect(await client.sendMessage(message())).toEqual([])
    else if (method === 'sendMail') expect(await client.sendMail(envelope.from, envelope.to, message())).toEqual([])
    else expect(await client.deliver({ ...envelope, message: message() })).toMatchObject({ ok: true })
    const sent = header.length - (method === 'sendMessage' ? 'Bcc: b@foo.example\r\n'.length : 0)
    expect(server.octets).toBe(sent + pieces * piece.length + '.\r\n'.length)
    expect(outstanding).toBeLessThan(4 * piece.length)
  })
})
