import { pbkdf2Sync } from 'node:crypto'
import type { HashName } from '@sansmtp/core'
import { type SessionOptions, SmtpClient, type TranscriptEntry } from '@sansmtp/core/client'
import { memoryTransport, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { derivedKey } from '../../src/client/derive-key.ts'
import { errorOf, inClear } from './connected.ts'

const auth = { user: 'ann', pass: 'secret' }
const users = { ann: 'secret' }
const channelBindings = { 'tls-exporter': Uint8Array.of(1, 2, 3) }
const bound = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN']

afterEach(() => {
  vi.unstubAllGlobals()
})

function offering(mechanisms: readonly string[], more: ServerConnectionOptions = {}): ServerConnection {
  return new ServerConnection({ users, extensions: { AUTH: mechanisms }, ...more })
}

const mechanismsTried = ({ commands }: ServerConnection) =>
  commands.filter(({ verb }) => verb === 'AUTH').map(({ argument }) => argument.split(' ')[0])

/** A connection that begins with TLS, at the server and at the transport. */
async function overTls(server: ServerConnection, options: SessionOptions = {}, tls = { channelBindings }) {
  return await SmtpClient.over(memoryTransport(server, { tls }), { ...inClear, tls: 'implicit', ...options })
}

describe('SCRAM, with the runtime’s own cryptography', () => {
  test.each(['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('lets a user in by %s', async (name) => {
    const server = offering([name], { extensions: { AUTH: [name], STARTTLS: false } })
    const client = await SmtpClient.over(memoryTransport(server), { ...inClear, auth })
    expect([client.authenticated, server.user, server.violations]).toEqual([true, 'ann', []])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('is bound to a connection that began with TLS', async () => {
    const server = offering(bound, { secure: true, channelBindings })
    const client = await overTls(server, { auth })
    expect([client.tls, server.user, mechanismsTried(server)]).toEqual([
      { channelBindings },
      'ann',
      ['SCRAM-SHA-256-PLUS'],
    ])
  })

  test('is bound to TLS that came by STARTTLS', async () => {
    const server = offering(bound, { authOnlyWithTls: true, channelBindings })
    const tlsOptions = { serverName: 'server.example' }
    const transport = memoryTransport(server, { tlsInfo: { channelBindings } })
    await SmtpClient.over(transport, { ...inClear, tls: 'required', tlsOptions, auth })
    expect([server.user, mechanismsTried(server)]).toEqual(['ann', ['SCRAM-SHA-256-PLUS']])
  })

  test('has another nonce each time, of 24 random octets', async () => {
    const nonces = new Set<string | undefined>()
    for (let i = 0; i < 5; i += 1) {
      const server = offering(['SCRAM-SHA-1'], { secure: true })
      await overTls(server, { auth })
      const first = Buffer.from(server.commands[1]?.argument.split(' ')[1] ?? '', 'base64').toString()
      const nonce = /,r=(.*)$/.exec(first)?.[1]
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{32}$/)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(5)
  })

  test('takes no fewer iterations than the options say', async () => {
    const few = offering(['SCRAM-SHA-1'], { secure: true, scramIterations: 100 })
    expect(await errorOf(overTls(few, { auth }))).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    const taken = offering(['SCRAM-SHA-1'], { secure: true, scramIterations: 100 })
    const client = await overTls(taken, { scram: { minIterations: 100 } })
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 235 })
    await client.close()
    const many = offering(['SCRAM-SHA-1'], { secure: true })
    const careful = await overTls(many, { scram: { maxIterations: 4095, minIterations: 1 } })
    expect(await errorOf(careful.auth('scram-sha-1', auth))).toMatchObject({ violation: 'BAD_CHALLENGE' })
  })

  test('shows nothing of it in a transcript', async () => {
    const transcript: TranscriptEntry[] = []
    const server = offering(['SCRAM-SHA-1'], { secure: true })
    await overTls(server, { auth, onTranscript: (entry) => transcript.push(entry) })
    expect(transcript.filter(({ type }) => type === 'sent').map(({ text }) => text)).toEqual([
      'EHLO bar.example',
      'AUTH SCRAM-SHA-1 [credentials]',
      '[credentials]',
      '[credentials]',
    ])
  })
})

describe('a key', () => {
  const derivation = (hash: HashName, length: number) => ({
    hash,
    length,
    password: Buffer.from('geheim ß'),
    salt: Buffer.from('salt'),
    iterations: 4096,
  })
  const node = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' } as const

  const cases = [
    ['SHA-1', 20],
    ['SHA-256', 32],
    ['SHA-512', 64],
  ] as const

  test.each(cases)('of %s is that of another implementation', async (hash, length) => {
    const expected = Uint8Array.from(pbkdf2Sync('geheim ß', 'salt', 4096, length, node[hash]))
    expect(await derivedKey(derivation(hash, length))).toEqual(expected)
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    expect(await derivedKey(derivation(hash, length))).toEqual(expected)
  })

  test('is derived by WebCrypto where that can', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    const deriveBits = vi.spyOn(crypto.subtle, 'deriveBits')
    const { password, salt, ...asked } = derivation('SHA-256', 32)
    const key = await derivedKey({ password, salt, ...asked })
    expect(importKey.mock.lastCall).toEqual(['raw', password, 'PBKDF2', false, ['deriveBits']])
    const [parameters, , bits] = deriveBits.mock.lastCall ?? []
    expect([parameters, bits]).toEqual([{ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 4096 }, 256])
    expect(new Uint8Array(await (deriveBits.mock.results[0]?.value as Promise<ArrayBuffer>))).toEqual(key)
    vi.restoreAllMocks()
  })

  test('comes out where WebCrypto refuses, as some do for many iterations', async () => {
    const refuse = () => Promise.reject(new Error('iteration counts above 100000 are not supported'))
    const expected = await derivedKey(derivation('SHA-256', 32))
    vi.stubGlobal('crypto', { subtle: { importKey: async () => ({}), deriveBits: refuse } })
    expect(await derivedKey(derivation('SHA-256', 32))).toEqual(expected)
  })

  test('of an empty password comes out', async () => {
    const empty = { ...derivation('SHA-1', 20), password: new Uint8Array(0) }
    expect(await derivedKey(empty)).toEqual(Uint8Array.from(pbkdf2Sync('', 'salt', 4096, 20, 'sha1')))
  })
})

test('without randomness nothing is said, and the connection ends', async () => {
  const server = offering(['SCRAM-SHA-1'], { secure: true })
  const client = await overTls(server)
  vi.stubGlobal('crypto', undefined)
  const error = await errorOf(client.login('ann', 'secret'))
  expect(error).toMatchObject({ code: 'ABORTED', cause: expect.any(TypeError) })
  expect([client.connected, mechanismsTried(server)]).toEqual([false, []])
})

describe('while a key is derived', () => {
  /** A session in which the key is never derived, unless it is told to be. */
  async function stuck() {
    let derive: () => void = () => {}
    const begun = new Promise<void>((begin) => {
      const subtle = {
        importKey: async () => ({}),
        deriveBits: () => {
          begin()
          return new Promise((resolve) => {
            derive = () => resolve(new ArrayBuffer(20))
          })
        },
      }
      vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto), subtle })
    })
    const server = offering(['SCRAM-SHA-1'], { secure: true })
    const transport = memoryTransport(server, { tls: { channelBindings } })
    const client = await SmtpClient.over(transport, { ...inClear, tls: 'implicit' })
    return { client, server, transport, begun, derive: () => derive() }
  }

  test('an abort ends the session at once, and the key that comes too late is nobody’s', async () => {
    const { client, server, begun, derive } = await stuck()
    const controller = new AbortController()
    const error = errorOf(client.login('ann', 'secret', { signal: controller.signal }))
    await begun
    controller.abort('enough')
    expect(await error).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    derive()
    await new Promise((resolve) => setImmediate(resolve))
    expect([client.connected, server.commands.length]).toEqual([false, 2])
  })

  test('the end of the connection ends it at once', async () => {
    const { client, server, transport, begun, derive } = await stuck()
    const error = errorOf(client.login('ann', 'secret'))
    await begun
    server.say('421 4.3.2 shutting down')
    transport.wakeServer()
    expect(await error).toMatchObject({ code: 'NOT_CONNECTED' })
    derive()
    await new Promise((resolve) => setImmediate(resolve))
    expect(client.connected).toBe(false)
  })

  test('close ends it at once', async () => {
    const { client, begun } = await stuck()
    const error = errorOf(client.login('ann', 'secret'))
    await begun
    await client.close()
    expect(await error).toMatchObject({ code: 'ABORTED' })
  })

  test('no timer runs', async () => {
    const { client, begun, derive } = await stuck()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const login = errorOf(client.login('ann', 'secret'))
    await begun
    const armed = timers.mock.calls.length
    const cleared = vi.spyOn(globalThis, 'clearTimeout').mock.calls.length
    await new Promise((resolve) => setImmediate(resolve))
    expect([timers.mock.calls.length, cleared]).toEqual([armed, 0])
    derive()
    // The key is not that of the password.
    expect(await login).toMatchObject({ code: 'AUTHENTICATION' })
    vi.restoreAllMocks()
  })
})
