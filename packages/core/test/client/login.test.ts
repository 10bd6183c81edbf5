import { inspect } from 'node:util'
import type { SessionOptions, TranscriptEntry } from '@sansmtp/core/client'
import { ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import type { MemoryServerOptions } from '../support/memory-server.ts'
import { answering, errorOf, model, smtp } from './connected.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const plain = `AUTH PLAIN ${base64('\0ann\0secret')}`
const insecure = { allowInsecureAuth: true } as const
const challenge = '<1896.697170952@postoffice.reston.mci.net>'

const offering = (words: string, answers: Record<string, string | null> = {}, session: SessionOptions = insecure) =>
  smtp({ keywords: [`AUTH ${words}`], answer: answering(answers) }, session)

/** A server that takes nothing but a right answer to its challenge, or to the LOGIN prompts. */
function challenging(mechanism: 'CRAM-MD5' | 'LOGIN' | 'PLAIN', prompts: readonly string[]): MemoryServerOptions {
  const left = [...prompts]
  return {
    keywords: [`AUTH ${mechanism}`],
    answer: (line) => {
      if (line.startsWith('EHLO')) return undefined
      const prompt = left.shift()
      return prompt === undefined ? '235 2.7.0 welcome' : `334 ${prompt}`
    },
  }
}

describe('login', () => {
  test('gives the 235, and the session is authenticated', async () => {
    const { client, said } = await offering('PLAIN')
    expect(client.authenticated).toBe(false)
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 235, enhancedCode: '2.7.0' })
    expect(client.authenticated).toBe(true)
    expect(said()).toEqual([plain])
  })

  test('carries names and passwords beyond US-ASCII as UTF-8', async () => {
    const { client, said } = await offering('PLAIN')
    await client.login('änn', 'geheim ß€')
    expect(said()).toEqual([`AUTH PLAIN ${base64('\0änn\0geheim ß€')}`])
  })

  test('lets a user in at the testkit’s server, and nobody else', async () => {
    const options = { users: { ann: 'secret' }, extensions: { STARTTLS: false } }
    const { client, server } = await model(options, insecure)
    expect(await errorOf(client.login('ann', 'other'))).toMatchObject({ code: 'AUTHENTICATION', replyCode: 535 })
    expect(client.authenticated).toBe(false)
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 235 })
    expect([server.user, server.violations]).toEqual(['ann', []])
  })

  test.each([
    ['LOGIN PLAIN CRAM-MD5', ['CRAM-MD5', 'PLAIN', 'LOGIN']],
    ['login plain', ['PLAIN', 'LOGIN']],
    ['XTOKEN LOGIN GSSAPI', ['LOGIN']],
  ])('tries what both sides know of %s, the strongest first, until all are refused', async (words, order) => {
    const { client, said } = await offering(words, { AUTH: '535 5.7.8 no' })
    const error = await errorOf(client.login('ann', 'secret'))
    expect(said().map((line) => line.split(' ')[1])).toEqual(order)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 535, mechanism: order.at(-1) })
  })

  test('stops at the first that succeeds', async () => {
    const { client, said } = await offering('CRAM-MD5 PLAIN LOGIN', { 'AUTH CRAM-MD5': '504 5.5.4 no' })
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 235 })
    expect(said()).toEqual(['AUTH CRAM-MD5', plain])
  })

  test('throws the last refusal, and the session goes on', async () => {
    const answers = { 'AUTH PLAIN': '534 5.7.9 weak', 'AUTH LOGIN': '454 4.7.0 later' }
    const { client } = await offering('PLAIN LOGIN', answers)
    const error = await errorOf(client.login('ann', 'secret'))
    expect(error).toMatchObject({
      code: 'AUTHENTICATION',
      replyCode: 454,
      enhancedCode: '4.7.0',
      text: '4.7.0 later',
      mechanism: 'LOGIN',
      transient: true,
      permanent: false,
    })
    expect('delivery' in error).toBe(false)
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test('goes on after nothing but a refusal', async () => {
    const { client, said } = await offering('CRAM-MD5 PLAIN', { AUTH: '334 !', '*': '501 5.7.0 cancelled' })
    const error = await errorOf(client.login('ann', 'secret'))
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    expect(said()).toEqual(['AUTH CRAM-MD5', '*'])
  })

  test('takes 503 for an authentication that was there before', async () => {
    const { client, said } = await offering('PLAIN LOGIN', { 'AUTH PLAIN': '503 5.5.1 already' })
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 503 })
    expect(said()).toEqual([plain])
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test('tries nothing more after a 421', async () => {
    const { client, said } = await offering('PLAIN LOGIN', { 'AUTH PLAIN': '421 4.7.0 too many' })
    const error = await errorOf(client.login('ann', 'secret'))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 421, mechanism: 'PLAIN' })
    expect(said()).toEqual([plain])
    expect(client.connected).toBe(false)
  })

  test('is a mistake of the caller’s amid a transaction and where it has succeeded before', async () => {
    const { client, said } = await offering('PLAIN')
    await client.mail('')
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'mail' })
    await client.rset()
    await client.login('ann', 'secret')
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ code: 'LOCAL_PROTOCOL', command: 'AUTH' })
    expect(said()).toEqual(['MAIL FROM:<>', 'RSET', plain])
  })
})

describe('login without the means says so before anything is sent', () => {
  test.each([[[]], [['AUTH']]])('where the server offers %j', async (keywords) => {
    const { client, said } = await smtp({ keywords }, insecure)
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({
      code: 'NOT_SUPPORTED',
      extension: 'AUTH',
      message: 'the server offers no authentication',
    })
    expect(said()).toEqual([])
  })

  test('where no mechanism is common, with the names on both sides', async () => {
    const { client, said } = await offering('GSSAPI XTOKEN')
    const error = await errorOf(client.login('ann', 'secret'))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
    for (const name of ['GSSAPI', 'XTOKEN', 'CRAM-MD5', 'PLAIN', 'LOGIN']) expect(error.message).toContain(name)
    expect(said()).toEqual([])
  })

  test('after HELO', async () => {
    const { client } = await smtp({ answer: answering({ EHLO: '502 what' }) }, insecure)
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
  })
})

describe('a password in clear', () => {
  const refused = { code: 'NOT_SUPPORTED', extension: 'STARTTLS' }

  test.each([
    [{}, {}, false],
    [insecure, {}, true],
    [{}, insecure, true],
    [insecure, { allowInsecureAuth: false }, false],
    [{ allowInsecureAuth: false }, insecure, true],
  ])('with %j on connecting and %j on the call is sent: %j', async (connecting, options, sent) => {
    for (const words of ['PLAIN', 'LOGIN', 'LOGIN PLAIN']) {
      const { client, said } = await offering(words, {}, connecting)
      if (sent) {
        await client.login('ann', 'secret', options)
        expect(said()).not.toEqual([])
      } else {
        expect(await errorOf(client.login('ann', 'secret', options))).toMatchObject(refused)
        expect(await errorOf(client.auth('LOGIN', { user: 'ann', pass: 'secret', ...options }))).toMatchObject(refused)
        expect(said()).toEqual([])
      }
    }
  })

  test('needs no leave where TLS stands', async () => {
    const server = { keywords: ['STARTTLS'], keywordsAfterTls: ['AUTH PLAIN'] }
    const { client } = await smtp(server, { tls: 'required', tlsOptions: { serverName: 'memory.example' } })
    expect(await client.login('ann', 'secret')).toMatchObject({ code: 235 })
  })

  test('nor anything that it could be guessed from is sent where TLS was to stand', async () => {
    const options = { tls: 'opportunistic', tlsOptions: { serverName: 'memory.example' } } as const
    const { client, said } = await offering('CRAM-MD5', {}, options)
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject(refused)
    expect(await errorOf(client.auth('CRAM-MD5', { user: 'ann', pass: 'secret' }))).toMatchObject(refused)
    expect(said()).toEqual([])
    await client.login('ann', 'secret', { allowInsecureAuth: true })
    expect(said()).toEqual(['AUTH CRAM-MD5'])
  })

  test('is not what CRAM-MD5 sends, and is not fallen back to', async () => {
    const { client, said } = await offering('PLAIN CRAM-MD5', { AUTH: '535 no' }, {})
    expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ mechanism: 'CRAM-MD5' })
    expect(said()).toEqual(['AUTH CRAM-MD5'])
  })
})

describe('the first response', () => {
  test('goes with the command, and LOGIN’s is the user', async () => {
    const { client, said } = await smtp(challenging('LOGIN', ['UGFzc3dvcmQ6']), insecure)
    await client.login('ann', 'secret')
    expect(said()).toEqual([`AUTH LOGIN ${base64('ann')}`, base64('secret')])
  })

  test.each<['PLAIN' | 'LOGIN', readonly string[], readonly string[]]>([
    ['PLAIN', [''], ['\0ann\0secret']],
    ['LOGIN', ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6'], ['ann', 'secret']],
  ])('of %s waits for its challenge where that is asked for', async (mechanism, prompts, responses) => {
    const { client, said } = await smtp(challenging(mechanism, prompts), insecure)
    expect(await client.login('ann', 'secret', { initialResponse: false })).toMatchObject({ code: 235 })
    expect(said()).toEqual([`AUTH ${mechanism}`, ...responses.map(base64)])
  })

  test('is none of CRAM-MD5, whose challenge is answered by a digest', async () => {
    const { client, said } = await smtp(challenging('CRAM-MD5', [base64(challenge)]))
    expect(await client.login('tim', 'tanstaaftanstaaf')).toMatchObject({ code: 235 })
    expect(said()).toEqual(['AUTH CRAM-MD5', base64('tim b913a602c7eda7a495b4e6e7334d3890')])
  })
})

describe('to act as somebody else', () => {
  test('goes with PLAIN, and with nothing that can not say so', async () => {
    const { client, said } = await offering('PLAIN LOGIN CRAM-MD5', { AUTH: '535 no' })
    await errorOf(client.login('ann', 'secret', { authzid: 'boss' }))
    expect(said()).toEqual([`AUTH PLAIN ${base64('boss\0ann\0secret')}`])
    const none = await offering('LOGIN CRAM-MD5')
    const error = await errorOf(none.client.login('ann', 'secret', { authzid: 'boss' }))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
    expect(none.said()).toEqual([])
  })
})

test('no credential is in a transcript or an error, whatever the server answers', async () => {
  const secrets = ['geheim', base64('\0annette\0geheim'), base64('geheim'), base64('annette')]
  for (const answer of ['235 ok', '535 no', '421 bye', '334 ', '334 !', '503 again', '250-x\n251 y', null]) {
    for (const words of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
      const transcript: TranscriptEntry[] = []
      const answers = { AUTH: answer, '*': '501 cancelled', [base64('geheim')]: '535 no' }
      const session = {
        ...insecure,
        timeouts: { auth: 10 },
        onTranscript: (entry: TranscriptEntry) => transcript.push(entry),
      }
      const { client } = await offering(words, answers, session as SessionOptions)
      const outcome = await client.login('annette', 'geheim').catch((error) => error)
      expect(transcript.some(({ text }) => text.startsWith(`AUTH ${words}`))).toBe(true)
      for (const secret of secrets) {
        expect(inspect([outcome, transcript, client], { depth: 9, showHidden: true })).not.toContain(secret)
      }
    }
  }
})

test('the testkit’s server finds nothing wrong with a login by any mechanism it knows', async () => {
  for (const AUTH of [['PLAIN'], ['LOGIN']]) {
    for (const initialResponse of [true, false]) {
      const { client, server } = await model({ users: { ann: 's' }, extensions: { AUTH, STARTTLS: false } }, insecure)
      expect(server).toBeInstanceOf(ServerConnection)
      expect(await client.login('ann', 's', { initialResponse })).toMatchObject({ code: 235 })
      await client.quit()
      expect([server.user, server.violations]).toEqual(['ann', []])
    }
  }
})
