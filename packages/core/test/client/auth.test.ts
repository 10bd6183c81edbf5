import { encodeUtf8, type SaslMechanism } from '@sansmtp/core'
import type { SessionOptions } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { answering, errorOf, scripted, smtp } from './connected.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const ann = { user: 'ann', pass: 'secret' }
const insecure = { allowInsecureAuth: true } as const

const offering = (words: string, answers: Record<string, string | null> = {}, session: SessionOptions = insecure) =>
  smtp({ keywords: [`AUTH ${words}`], answer: answering(answers) }, session)

/** Says its name, then answers each challenge with what it was, backwards. */
const backwards: SaslMechanism = {
  name: 'X-BACKWARDS',
  plaintext: false,
  start: ({ user }) => ({
    initialResponse: user === '' ? undefined : encodeUtf8(user),
    respond: (challenge) => (challenge.length === 0 ? 'cancel' : challenge.toReversed()),
  }),
}

describe('auth by name', () => {
  test.each(['PLAIN', 'plain', 'Plain'])('knows %s', async (name) => {
    const { client, said } = await offering('PLAIN LOGIN')
    expect(await client.auth(name, ann)).toMatchObject({ code: 235 })
    expect(said()).toEqual([`AUTH PLAIN ${base64('\0ann\0secret')}`])
    expect(client.authenticated).toBe(true)
  })

  test('uses that mechanism and no other', async () => {
    const { client, said } = await offering('PLAIN LOGIN CRAM-MD5', { AUTH: '535 5.7.8 no' })
    const error = await errorOf(client.auth('login', ann))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'LOGIN', replyCode: 535 })
    expect(said()).toEqual([`AUTH LOGIN ${base64('ann')}`])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('uses it whether it is listed or not', async () => {
    const { client, said } = await offering('PLAIN')
    await client.auth('LOGIN', ann)
    expect(said()).toEqual([`AUTH LOGIN ${base64('ann')}`])
  })

  test('needs AUTH to be offered at all', async () => {
    const { client, said } = await smtp({}, insecure)
    expect(await errorOf(client.auth('PLAIN', ann))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
    expect(said()).toEqual([])
  })

  test('carries whom to act as', async () => {
    const { client, said } = await offering('PLAIN')
    await client.auth('PLAIN', { ...ann, authzid: 'boss', initialResponse: true })
    expect(said()).toEqual([`AUTH PLAIN ${base64('boss\0ann\0secret')}`])
  })

  test.each(['GSSAPI', '', 'PLAIN ', 'PLAIN\r\n', 'plaın'])('does not know %j, and says what it does', async (name) => {
    const { client, said } = await offering('GSSAPI PLAIN')
    const error = await errorOf(client.auth(name, ann))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'mechanism' })
    expect(error.message).toMatch(/PLAIN.*LOGIN/)
    expect(said()).toEqual([])
  })

  test.each([
    [{}, 'auth.user'],
    [{ pass: 'secret' }, 'auth.user'],
    [{ user: 'a\0', pass: 'x' }, 'auth.user'],
    [{ user: 'a', pass: '\0' }, 'auth.pass'],
  ])('needs a user that can be carried, and not %j', async (options, field) => {
    const { client, said } = await offering('PLAIN')
    expect(await errorOf(client.auth('PLAIN', options))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(said()).toEqual([])
  })

  test('takes 503 for an authentication that was there before', async () => {
    const { client } = await offering('PLAIN', { AUTH: '503 already' })
    expect(await client.auth('PLAIN', ann)).toMatchObject({ code: 503 })
  })
})

describe('auth with a mechanism of one’s own', () => {
  test('sends what that says, and needs no credentials', async () => {
    const answers = { AUTH: `334 ${base64('abc')}`, [base64('cba')]: `334 ${base64('12')}`, [base64('21')]: '235 in' }
    const silent = await offering('X-BACKWARDS', answers)
    expect(await silent.client.auth(backwards)).toMatchObject({ code: 235 })
    expect(silent.said()).toEqual(['AUTH X-BACKWARDS', base64('cba'), base64('21')])
    const named = await offering('X-BACKWARDS', answers)
    expect(await named.client.auth(backwards, { user: 'ann' })).toMatchObject({ code: 235 })
    expect(named.said()).toEqual([`AUTH X-BACKWARDS ${base64('ann')}`, base64('cba'), base64('21')])
    expect(named.client.authenticated).toBe(true)
  })

  test('sends an empty first response as =', async () => {
    const empty = {
      ...backwards,
      start: () => ({ initialResponse: new Uint8Array(0), respond: () => 'cancel' as const }),
    }
    const { client, said } = await offering('X-BACKWARDS')
    await client.auth(empty)
    expect(said()).toEqual(['AUTH X-BACKWARDS ='])
  })

  test('sends a first response with the command where the line has room for it', async () => {
    for (const [name, line] of [
      ['X-12', `AUTH X-12 ${'A'.repeat(500)}`],
      ['X-123', 'AUTH X-123'],
    ] as const) {
      const long = {
        ...backwards,
        name,
        start: () => ({ initialResponse: new Uint8Array(375), respond: () => 'cancel' as const }),
      }
      const { client, said } = await offering(name)
      await client.auth(long)
      expect(said()).toEqual([line])
    }
  })

  test('keeps its first response back where it is asked to', async () => {
    const { client, said } = await offering('X-BACKWARDS', { AUTH: '334 ', [base64('ann')]: '235 in' })
    expect(await client.auth(backwards, { user: 'ann', initialResponse: false })).toMatchObject({ code: 235 })
    expect(said()).toEqual(['AUTH X-BACKWARDS', base64('ann')])
  })

  test('gives up where that has nothing to say', async () => {
    const { client, said } = await offering('X-BACKWARDS', { AUTH: '334 ', '*': '501 5.7.0 cancelled' })
    const error = await errorOf(client.auth(backwards, { user: 'ann' }))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 501, mechanism: 'X-BACKWARDS' })
    expect(said().at(-1)).toBe('*')
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('sends nothing where it would show the password', async () => {
    const { client, said } = await offering('X-BACKWARDS', {}, {})
    const error = await errorOf(client.auth({ ...backwards, plaintext: true }))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
    expect(await client.auth(backwards)).toMatchObject({ code: 235 })
    expect(said()).toEqual(['AUTH X-BACKWARDS'])
  })

  test.each(['X BACKWARDS', 'x-backwards', 'PLAIN AGE=', '', 'X\r\n', 'X'.repeat(21)])(
    'is refused with the name %j, which is not shown',
    async (name) => {
      const { client, said } = await offering('PLAIN')
      const error = await errorOf(client.auth({ ...backwards, name }))
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'mechanism' })
      if (name !== '') expect(error.message).not.toContain(name)
      expect(said()).toEqual([])
      expect(await client.auth(backwards)).toMatchObject({ code: 235 })
    },
  )

  test('that throws something of its own lets it through, and closes', async () => {
    const mine = new Error('mine')
    const throwing = {
      ...backwards,
      start: () => ({
        initialResponse: undefined,
        respond: () => {
          throw mine
        },
      }),
    }
    const { client, server } = await offering('X-BACKWARDS', { AUTH: '334 ' })
    await expect(client.auth(throwing)).rejects.toBe(mine)
    expect([client.connected, server.closed]).toEqual([false, true])
  })
})

describe('the server’s challenges', () => {
  test.each([
    [{}, 5],
    [{ maxChallenges: 2 }, 2],
  ])('are with limits %j at most %i', async (limits, most) => {
    const { client, said, answers } = await scripted({ keywords: ['AUTH X-BACKWARDS'] }, { limits })
    answers[''] = '334 YQ=='
    const error = await errorOf(client.auth(backwards))
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'TOO_MANY_CHALLENGES' })
    expect(said()).toEqual(['AUTH X-BACKWARDS', ...Array(most).fill('YQ==')])
    expect(client.connected).toBe(false)
  })

  test.each(['!', 'YQ', 'Y Q=='])('are in base64, and not %j, which is cancelled', async (text) => {
    const { client, said } = await offering('X-BACKWARDS', { AUTH: `334 ${text}`, '*': '501 cancelled' })
    const error = await errorOf(client.auth(backwards))
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    expect(said()).toEqual(['AUTH X-BACKWARDS', '*'])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('may be followed by a 421, which ends the session', async () => {
    const { client } = await offering('X-BACKWARDS', { AUTH: '334 YQ==', 'YQ==': '421 4.7.0 bye' })
    const error = await errorOf(client.auth(backwards))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 421, transient: true })
    expect(client.connected).toBe(false)
  })

  test('may be followed by the end of the connection', async () => {
    const { client, server } = await offering('X-BACKWARDS', { AUTH: '334 YQ==', 'YQ==': null })
    const error = errorOf(client.auth(backwards))
    await expect.poll(() => server.lines.at(-1)).toBe('YQ==')
    server.end()
    expect(await error).toMatchObject({ code: 'UNEXPECTED_EOF', state: 'auth', delivery: 'notSent' })
  })
})

test('a server that accepts what was cancelled is not believed', async () => {
  const answer = (line: string) => (line.startsWith('AUTH') ? '334 YmFk' : line === '*' ? '235 welcome' : undefined)
  const { client } = await smtp({ keywords: ['AUTH X-MUTUAL'], answer })
  const mutual: SaslMechanism = {
    name: 'X-MUTUAL',
    plaintext: false,
    start: () => ({ initialResponse: undefined, respond: () => 'cancel' }),
  }
  expect(await errorOf(client.auth(mutual))).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'UNEXPECTED_REPLY' })
  expect([client.connected, client.authenticated]).toEqual([false, false])
})

test('nor is one that accepts it behind a challenge that is not in base64', async () => {
  const answer = (line: string) => (line.startsWith('AUTH') ? '334 ???' : line === '*' ? '235 welcome' : undefined)
  const { client } = await smtp({ keywords: ['AUTH LOGIN'], answer }, { allowInsecureAuth: true })
  expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ violation: 'BAD_CHALLENGE' })
  expect([client.connected, client.authenticated]).toEqual([false, false])
})

test('credentials in the wrong place are not shown', async () => {
  const { client } = await smtp({ keywords: ['AUTH PLAIN'] }, { allowInsecureAuth: true })
  for (const call of [client.auth('PLAIN AGFubgBzZWNyZXQ='), client.command('AUTH PLAIN AGFubgBzZWNyZXQ=')]) {
    const error = await errorOf(call)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error.message.toLowerCase()).not.toContain('agfub')
  }
})
