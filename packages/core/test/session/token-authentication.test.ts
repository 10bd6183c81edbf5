import type { TokenCredentials, TokenRequest } from '@sansmtp/core'
import { policies } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { attempt, tried } from './authenticated.ts'
import { base64 } from './started.ts'

describe('OAuth', () => {
  const both = ['XOAUTH2', 'OAUTHBEARER', 'PLAIN', 'SCRAM-SHA-256']
  const tokens = { ann: 'fresh' }
  const stale = (token: TokenCredentials['token']) => ({ credentials: { user: 'ann', token } })

  test.each(['OAUTHBEARER', 'XOAUTH2'])('lets a user in by %s, at the cost of one round trip', (name) => {
    const { run, server } = attempt([name, 'PLAIN'], stale('fresh'), { tokens })
    expect(run.result).toMatchObject({ code: 235 })
    expect([server.user, server.violations, run.flights]).toEqual(['ann', [], 1 + 1])
  })

  test('is tried where a token is given, and nothing else is', () => {
    const { run, said } = attempt(both, stale('old'), { tokens })
    expect(said).toEqual(['AUTH OAUTHBEARER', 'AQ==', 'AUTH XOAUTH2', ''])
    expect(run.error).toMatchObject({
      code: 'AUTHENTICATION',
      mechanism: 'XOAUTH2',
      replyCode: 535,
      explanation: '{"status":"401"}',
    })
  })

  test('tells OAUTHBEARER’s server where it is connected to', () => {
    const { server } = attempt(
      ['OAUTHBEARER'],
      { ...stale('fresh'), server: { host: 'h.example', port: 25 } },
      { tokens },
    )
    const sent = Buffer.from(server.commands[1]?.argument.split(' ')[1] ?? '', 'base64').toString()
    expect(sent).toBe('n,a=ann,\x01host=h.example\x01port=25\x01auth=Bearer fresh\x01\x01')
    expect(server.user).toBe('ann')
  })

  test('does not let in whom XOAUTH2 can’t name', () => {
    const credentials = { user: 'ann', token: 'fresh', authzid: 'bob' }
    expect(attempt(['XOAUTH2'], { credentials }, { tokens }).run.error).toMatchObject({ code: 'NOT_SUPPORTED' })
    expect(tried(attempt(both, { credentials }, { tokens }).said)).toEqual(['OAUTHBEARER'])
    const same = { ...credentials, authzid: 'ann' }
    expect(attempt(['XOAUTH2'], { credentials: same }, { tokens }).run.result).toMatchObject({ code: 235 })
  })

  test('sends a long token only once the server has asked for it', () => {
    const token = 'x'.repeat(1000)
    const { run, said } = attempt(['XOAUTH2'], stale(token), { tokens: { ann: token } })
    expect(run.result).toMatchObject({ code: 235 })
    expect([said[0], said[1]?.length]).toEqual(['AUTH XOAUTH2', 1364])
  })

  /** A provider that gives these, and what it was asked. */
  function provider(...given: readonly unknown[]) {
    const requests: TokenRequest[] = []
    const left = [...given]
    const token = (request: TokenRequest) => {
      requests.push(request)
      const next = left.shift()
      if (next instanceof Error) throw next
      return next as string
    }
    return { requests, ...stale(token) }
  }

  test('asks a provider once for all mechanisms while its token is taken for good', () => {
    const { requests, credentials } = provider('old', 'old')
    const { said } = attempt(both, { credentials }, { tokens, policy: policies.answerTo('AUTH', '454 4.7.0 later') })
    expect(tried(said)).toEqual(['OAUTHBEARER', 'XOAUTH2'])
    expect(requests).toEqual([{ user: 'ann', mechanism: 'OAUTHBEARER' }])
  })

  test.each(['OAUTHBEARER', 'XOAUTH2'])('asks a provider again when %s takes the token for stale', (name) => {
    const { requests, credentials } = provider('old', 'fresh')
    const { run, said, server } = attempt([name], { credentials }, { tokens })
    expect([run.result.code, server.user]).toEqual([235, 'ann'])
    expect(tried(said)).toEqual([name, name])
    expect(requests).toEqual([
      { user: 'ann', mechanism: name },
      { user: 'ann', mechanism: name, refused: 'old' },
    ])
  })

  test('asks again only once, and goes on to the next mechanism with what it was given last', () => {
    const { requests, credentials } = provider('old', 'older', 'fresh')
    const { run, said } = attempt(both, { credentials }, { tokens })
    expect(tried(said)).toEqual(['OAUTHBEARER', 'OAUTHBEARER', 'XOAUTH2'])
    expect(requests).toHaveLength(2)
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'XOAUTH2' })
  })

  test('does not try the same token again', () => {
    const { requests, credentials } = provider('old', 'old')
    const { said } = attempt(['XOAUTH2'], { credentials }, { tokens })
    expect([tried(said), requests.length]).toEqual([['XOAUTH2'], 2])
  })

  test.each([
    ['535 5.7.3 Authentication unsuccessful', undefined, true],
    ['535 no', '{"status":"401","schemes":"bearer"}', true],
    ['535 no', '{"status":401}', true],
    ['554 no', '{"status":"invalid_token"}', true],
    ['535 no', '{"status":"400"}', false],
    ['535 no', '{"status":"invalid_scope","scope":"mail"}', false],
    ['535 no', 'not JSON', true],
    ['535 no', 'null', true],
    ['554 no', 'not JSON', false],
    ['534 5.7.9 no', undefined, false],
    ['454 4.7.0 later', undefined, false],
    ['454 4.7.0 later', '{"status":"401"}', false],
    ['421 4.3.2 bye', undefined, false],
    ['421 4.3.2 bye', '{"status":"401"}', false],
  ])('takes %j behind %j for a stale token: %s', (refusal, explanation, again) => {
    const { requests, credentials } = provider('old', 'fresh')
    const policy =
      explanation === undefined
        ? policies.answerTo('AUTH', refusal)
        : policies.firstOf(
            policies.answerTo('AUTH', `334 ${base64(explanation)}`),
            policies.answerTo('AUTH-RESPONSE', refusal),
          )
    const { run } = attempt(['XOAUTH2'], { credentials }, { tokens, policy })
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION', explanation })
    expect(requests).toHaveLength(again ? 2 : 1)
  })

  test('tells of a provider that fails, and sends nothing', () => {
    const cause = new Error('no network')
    const { run, said, client } = attempt(both, provider(cause), { tokens })
    expect(run.error).toMatchObject({
      code: 'TOKEN_PROVIDER_FAILED',
      cause,
      message: "no token was given: 'no network'",
    })
    expect([said, client.connection.state]).toEqual([[], 'ready'])
  })

  test('tells of a provider that fails when it is asked again', () => {
    const { run, client } = attempt(both, provider('old', new Error('no network')), { tokens })
    expect(run.error).toMatchObject({ code: 'TOKEN_PROVIDER_FAILED' })
    expect(client.connection.state).toBe('ready')
  })

  test.each([[undefined], [42], ['a b'], ['']])('takes no %j for a token', (given) => {
    const { run, said } = attempt(['XOAUTH2'], provider(given), { tokens })
    expect(run.error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'auth.token' })
    expect(said).toEqual([])
  })
})
