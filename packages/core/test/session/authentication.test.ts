import type { SaslMechanism } from '@sansmtp/core'
import { policies } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ann, attempt, tried } from './authenticated.ts'
import { base64, mechanism } from './started.ts'

const strongestFirst = [
  'SCRAM-SHA-512-PLUS',
  'SCRAM-SHA-512',
  'SCRAM-SHA-256-PLUS',
  'SCRAM-SHA-256',
  'SCRAM-SHA-1-PLUS',
  'SCRAM-SHA-1',
  'CRAM-MD5',
  'PLAIN',
  'LOGIN',
]
const scrams = strongestFirst.filter((name) => name.startsWith('SCRAM'))
const channelBindings = { 'tls-exporter': Uint8Array.of(1, 2), 'tls-server-end-point': Uint8Array.of(3) }
const withBindings = { client: { tls: { channelBindings } } }
const refuseAll = policies.answerTo('AUTH', '535 5.7.8 no')

describe('what both sides know is tried', () => {
  test('the strongest first, whatever the server’s order, until all are refused', () => {
    const offers = fc.shuffledSubarray(strongestFirst, { minLength: 1 })
    fc.assert(
      fc.property(offers, (offered) => {
        const usable = strongestFirst.filter((name) => offered.includes(name) && !name.endsWith('-PLUS'))
        fc.pre(usable.length > 0)
        const { run, said } = attempt(offered, {}, { policy: refuseAll })
        expect(tried(said)).toEqual(usable)
        expect(run.error).toMatchObject({ code: 'AUTHENTICATION', mechanism: usable.at(-1), replyCode: 535 })
      }),
    )
  })

  test('and bound to TLS where both can, and then not unbound with the same hash', () => {
    const { said } = attempt([...strongestFirst].reverse(), withBindings, { policy: refuseAll })
    expect(tried(said)).toEqual([
      'SCRAM-SHA-512-PLUS',
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-1-PLUS',
      'CRAM-MD5',
      'PLAIN',
      'LOGIN',
    ])
    const mixed = attempt(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS'], withBindings, { policy: refuseAll })
    expect(tried(mixed.said)).toEqual(['SCRAM-SHA-256', 'SCRAM-SHA-1-PLUS'])
  })

  test('which without TLS is what shows no password, and only where that is allowed', () => {
    const inClear = { client: { secure: false } }
    const server = { secure: false, policy: refuseAll }
    expect(tried(attempt(strongestFirst, inClear, server).said)).toEqual([
      ...scrams.filter((name) => !name.endsWith('-PLUS')),
      'CRAM-MD5',
    ])
    const { run, said } = attempt(strongestFirst, { ...inClear, tlsOnly: true }, server)
    expect([said, run.error]).toEqual([[], expect.objectContaining({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })])
  })

  test.each([
    [['SCRAM-SHA-256-PLUS'], /offers SCRAM-SHA-256-PLUS; usable here are .*PLAIN, .*other.* SCRAM-SHA-256-PLUS/],
    [['XOAUTH2', 'EXTERNAL'], /offers XOAUTH2, EXTERNAL; usable here are .*PLAIN, .*other.* EXTERNAL,.* XOAUTH2/],
  ])('of which %j is nothing that fits a password without channel binding', (offered, message) => {
    expect(attempt(offered).run.error).toMatchObject({
      code: 'NOT_SUPPORTED',
      extension: 'AUTH',
      message: expect.stringMatching(message),
    })
  })

  test('among what the caller names, in the caller’s order', () => {
    const named = ['LOGIN', 'SCRAM-SHA-1', 'PLAIN'].map(mechanism)
    expect(tried(attempt(strongestFirst, { mechanisms: named }, { policy: refuseAll }).said)).toEqual([
      'LOGIN',
      'SCRAM-SHA-1',
      'PLAIN',
    ])
    const { run } = attempt(['PLAIN'], { mechanisms: [mechanism('LOGIN')] })
    expect(run.error).toMatchObject({ message: expect.stringMatching(/; usable here are LOGIN$/) })
    const none = attempt(['PLAIN'], { mechanisms: [mechanism('XOAUTH2')] })
    expect(none.run.error).toMatchObject({ message: expect.stringMatching(/are none, and .* XOAUTH2$/) })
  })

  test('and a wrong password by all of them', () => {
    const credentials = { ...ann, pass: 'guess' }
    const { run, said } = attempt(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'], { credentials })
    expect(tried(said)).toEqual(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'])
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'PLAIN' })
  })
})

describe('SCRAM', () => {
  test.each(scrams)('lets a user in by %s at the testkit’s server', (name) => {
    const { run, server, client } = attempt([name], withBindings, { channelBindings })
    expect(run.result).toMatchObject({ code: 235 })
    expect([server.user, server.violations, client.connection.authenticated]).toEqual(['ann', [], true])
  })

  test('takes no round trip more than its messages', () => {
    // EHLO, and one for each message of the client's.
    expect(attempt(['SCRAM-SHA-256']).run.flights).toBe(1 + 3)
  })

  test('lets in whom another alphabet names', () => {
    const users = { 'a,b=änn': 'geheim ½' }
    const credentials = { user: 'a,b=änn', pass: 'geheim ½', authzid: 'a,b=änn' }
    expect(attempt(['SCRAM-SHA-512'], { credentials }, { users }).server.user).toBe('a,b=änn')
  })

  test('is refused where somebody kept its channel binding from being seen', () => {
    const hidden = policies.answerTo('EHLO', '250-server.example\n250 AUTH SCRAM-SHA-256')
    const server = { channelBindings, policy: hidden }
    const { run } = attempt(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], withBindings, server)
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION' })
    expect(attempt(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], {}, server).run.result).toMatchObject({ code: 235 })
  })

  test('is refused where somebody in between ends TLS, whose bindings are others', () => {
    const server = { channelBindings: { 'tls-exporter': Uint8Array.of(9) } }
    const { run, said } = attempt(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], withBindings, server)
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'SCRAM-SHA-256-PLUS' })
    expect(tried(said)).toEqual(['SCRAM-SHA-256-PLUS'])
  })

  test('has a new nonce in each exchange', () => {
    const { server } = attempt(['SCRAM-SHA-256', 'SCRAM-SHA-1'], {}, { policy: refuseAll })
    const nonces = server.commands
      .filter(({ verb }) => verb === 'AUTH')
      .map(({ argument }) => /,r=(.*)$/.exec(Buffer.from(argument.split(' ')[1] ?? '', 'base64').toString())?.[1])
    expect(nonces).toEqual(['nonce-1', 'nonce-2'])
  })

  test.each([3, 4095])('takes no less iterations than it is told, of which %i are too few by default', (count) => {
    const { run, said } = attempt(['SCRAM-SHA-256', 'PLAIN'], { scram: {} }, { scramIterations: count })
    expect(run.error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    expect(said).toEqual(['AUTH SCRAM-SHA-256', '*'])
  })

  test('takes one count of iterations only, where it is told so', () => {
    const scram = { minIterations: 7, maxIterations: 7 }
    expect(attempt(['SCRAM-SHA-256'], { scram }, { scramIterations: 7 }).run.result).toMatchObject({ code: 235 })
  })

  test.each([
    [{ minIterations: 0 }, 'scram.minIterations'],
    [{ maxIterations: 1.5 }, 'scram.maxIterations'],
    [{ maxIterations: 4095 }, 'scram.minIterations'],
    [{ iterations: 4096 } as object, 'scram'],
  ])('can’t be told %j', (scram, field) => {
    const { run, said } = attempt(['SCRAM-SHA-256'], { scram })
    expect(run.error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(said).toEqual([])
  })
})

describe('a server that does not prove that it knows the password is not believed', () => {
  const responding = (n: number, answer: string) =>
    policies.answerTo('AUTH-RESPONSE', ({ session: { commands } }) =>
      commands.filter(({ verb }) => verb === 'AUTH-RESPONSE').length === n ? answer : undefined,
    )
  const unproven = { code: 'REMOTE_PROTOCOL', violation: 'SERVER_NOT_PROVEN' }

  test.each([
    ['at once', policies.answerTo('AUTH', '235 2.7.0 welcome')],
    ['behind the client’s proof', responding(1, '235 2.7.0 welcome')],
    [
      'behind its own refusal',
      policies.firstOf(responding(1, `334 ${base64('e=other-error')}`), responding(2, '235 ok')),
    ],
    ['by calling it old', responding(1, '503 5.5.1 already')],
  ])('when it says success %s, and the connection ends', (_, policy) => {
    const { run, client } = attempt(['SCRAM-SHA-256', 'PLAIN'], {}, { policy })
    expect(run.error).toMatchObject(unproven)
    expect(client.connection.state).toBe('failed')
  })

  test('when its signature is wrong: the exchange is cancelled, and no other mechanism tried', () => {
    const policy = responding(1, `334 ${base64(`v=${base64('x'.repeat(32))}`)}`)
    const { run, said, client, server } = attempt(['SCRAM-SHA-256', 'PLAIN'], {}, { policy })
    expect(run.error).toMatchObject(unproven)
    expect([said.length, said[2]]).toEqual([3, '*'])
    expect([client.connection.state, client.connection.authenticated, server.user]).toEqual(['ready', false, undefined])
  })

  test('when its signature is wrong and it hangs up at that', () => {
    const policy = policies.firstOf(responding(1, `334 ${base64('v=AAAA')}`), responding(2, '421 4.3.2 bye'))
    expect(attempt(['SCRAM-SHA-256'], {}, { policy }).run.error).toMatchObject(unproven)
    const silent = policies.firstOf(responding(1, `334 ${base64('v=AAAA')}`), (moment) =>
      moment.type === 'command' && moment.line === '*' ? 'close' : undefined,
    )
    expect(attempt(['SCRAM-SHA-256'], {}, { policy: silent }).run.error).toMatchObject(unproven)
  })

  test('but 503 in place of the first challenge says that nothing has to be proven', () => {
    const policy = policies.answerTo('AUTH', '503 5.5.1 already')
    expect(attempt(['SCRAM-SHA-256'], {}, { policy }).run.result).toMatchObject({ code: 503 })
  })

  test('and why it refuses, if it says so in a challenge, is in the error', () => {
    const explained = policies.firstOf(
      responding(1, `334 ${base64('e=channel-bindings-dont-match')}`),
      responding(2, '535 5.7.8 no'),
    )
    const { run, said } = attempt(['SCRAM-SHA-256'], {}, { policy: explained })
    expect(said.at(-1)).toBe('')
    expect(run.error).toMatchObject({
      code: 'AUTHENTICATION',
      explanation: 'channel-bindings-dont-match',
      message: expect.stringContaining("AUTH SCRAM-SHA-256 for 'channel-bindings-dont-match' with 535"),
    })
  })
})

describe('a mechanism that fails', () => {
  const failing = (respond: () => never): SaslMechanism => ({
    name: 'X-FAILING',
    plaintext: false,
    start: () => ({ initialResponse: undefined, respond }),
  })

  test('has its exchange cancelled, and its error is told', () => {
    const error = new Error('out of order')
    const own = failing(() => {
      throw error
    })
    const policy = policies.answerTo('AUTH', '334 ')
    const { run, said, client } = attempt(['X-FAILING'], { mechanisms: [own] }, { policy })
    expect(run.error).toBe(error)
    expect([said, client.connection.state]).toEqual([['AUTH X-FAILING', '*'], 'ready'])
  })

  test('as where its response is longer than a line may be', () => {
    const own: SaslMechanism = {
      name: 'X-LONG',
      plaintext: false,
      start: () => ({ initialResponse: new Uint8Array(10_000), respond: () => 'cancel' }),
    }
    const policy = policies.answerTo('AUTH', '334 ')
    const { run, said, client } = attempt(['X-LONG'], { mechanisms: [own] }, { policy })
    expect(run.error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'AUTH-RESPONSE' })
    expect([said, client.connection.state]).toEqual([['AUTH X-LONG', '*'], 'ready'])
  })
})
