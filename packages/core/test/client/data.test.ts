import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { policies } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { answering, errorOf, lmtp, model, scripted, smtp } from './connected.ts'

describe('data', () => {
  async function addressed(answers: Record<string, string | null> = {}, content = '250 2.0.0 stored') {
    const session = await scripted({ content: () => content })
    await session.client.mail('a@b.example')
    await session.client.rcpt('b@c.example')
    session.said()
    Object.assign(session.answers, answers)
    return session
  }

  test.each([250, 299, 400, 451, 552, 554])('returns the reply to the message, a %i, as it is', async (code) => {
    const { client, server, said } = await addressed({}, `${code} 2.0.0 so it is`)
    expect(await client.data('.dot\nend')).toMatchObject({ code, text: '2.0.0 so it is' })
    expect(said()).toEqual(['DATA'])
    expect(server.contents).toEqual(['..dot\r\nend\r\n'])
    expect(await client.mail('a@b.example')).toMatchObject({ code: 250 })
  })

  test('returns a 421 to the message as well, and the session is over', async () => {
    const { client } = await addressed({}, '421 4.3.2 later')
    expect(await client.data('hi')).toMatchObject({ code: 421 })
    expect(client.connected).toBe(false)
  })

  test.each([451, 500, 554])('throws a %i that comes in place of the 354, and the session goes on', async (code) => {
    const { client, server } = await addressed({ DATA: `${code} 5.5.1 no` })
    const error = await errorOf(client.data('hi'))
    expect(error).toMatchObject({ code: 'DATA', replyCode: code, text: '5.5.1 no', permanent: code >= 500 })
    expect(server.contents).toEqual([])
    expect([await client.rset(), await client.mail('')]).toMatchObject([{ code: 250 }, { code: 250 }])
  })

  test('throws a 421 that comes in place of the 354, and the session is over', async () => {
    const { client } = await addressed({ DATA: '421 later' })
    expect(await errorOf(client.data('hi'))).toMatchObject({ code: 'DATA', replyCode: 421 })
    expect(client.connected).toBe(false)
  })

  test('returns a refusal that comes amid the message, and the session is over', async () => {
    const { client, server } = await addressed()
    const cancelled = vi.fn()
    async function* endless() {
      try {
        for (let i = 0; ; i += 1) {
          if (i === 3) server.say('552 5.3.4 too much')
          yield Buffer.from('line\r\n')
        }
      } finally {
        cancelled()
      }
    }
    expect(await client.data(endless())).toMatchObject({ code: 552 })
    expect(client.connected).toBe(false)
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalled())
  })

  test.each([
    ['outside a transaction', async () => {}],
    ['before a recipient', async (client: SmtpClient) => void (await client.mail(''))],
    [
      'where all were refused',
      async (client: SmtpClient) => {
        await client.mail('')
        await client.rcpt('nobody@c.example')
      },
    ],
  ])('%s is a mistake of the caller’s, and cancels a stream', async (_, before) => {
    const { client, said } = await smtp({ answer: answering({ 'RCPT TO:<nobody': '550 no' }) })
    await before(client)
    said()
    const cancel = vi.fn()
    const error = await errorOf(client.data(new ReadableStream({ cancel })))
    expect(error).toMatchObject({ code: 'LOCAL_PROTOCOL', command: 'DATA' })
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    expect(said()).toEqual([])
    expect(client.connected).toBe(true)
  })

  test('of nothing that is a message is refused', async () => {
    const { client, said } = await addressed()
    expect(await errorOf(client.data(7 as never))).toMatchObject({ field: 'message' })
    expect(said()).toEqual([])
    expect(await client.data('hi')).toMatchObject({ code: 250 })
  })

  test.each([
    ['at DATA', policies.dropAt('DATA'), 'notSent'],
    ['at the reply to the message', policies.dropAt('content'), 'unknown'],
    ['behind a message that the server has', policies.acceptAndDrop(), 'unknown'],
  ])('throws when the connection dies %s', async (_, policy, delivery) => {
    const { client } = await model({ policy })
    await client.mail('a@b.example')
    await client.rcpt('b@c.example')
    expect(await errorOf(client.data('hi'))).toMatchObject({ code: 'UNEXPECTED_EOF', delivery })
    expect(client.connected).toBe(false)
  })
})

describe('data in LMTP', () => {
  const to = ['b@c.example', 'nobody@c.example', 'd@e.example', 'f@g.example']

  async function addressed(content: (recipient: string) => string, answers: Record<string, string> = {}) {
    const answer = answering({ 'RCPT TO:<nobody': '550 5.1.1 no', ...answers })
    const session = await lmtp({ answer, content })
    await session.client.mail('a@b.example')
    for (const each of to) await session.client.rcpt(each)
    return session
  }

  test('returns a reply for each recipient that was accepted, whatever it is', async () => {
    const { client, server } = await addressed((to) => (to.startsWith('d') ? '452 4.2.2 full' : `250 2.0.0 ${to}`))
    expect(client).toBeInstanceOf(LmtpClient)
    const replies = await client.data('hi')
    expect(replies.map(({ code, text }) => `${code} ${text}`)).toEqual([
      '250 2.0.0 b@c.example',
      '452 4.2.2 full',
      '250 2.0.0 f@g.example',
    ])
    expect(server.contents).toEqual(['hi\r\n'])
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test('returns fewer where one of them is 421', async () => {
    const { client } = await addressed((to) => (to.startsWith('d') ? '421 4.3.2 later' : '250 ok'))
    expect((await client.data('hi')).map(({ code }) => code)).toEqual([250, 421])
    expect(client.connected).toBe(false)
  })

  test('throws what comes in place of the 354', async () => {
    const { client } = await addressed(() => '250 ok', { DATA: '451 4.3.0 later' })
    expect(await errorOf(client.data('hi'))).toMatchObject({ code: 'DATA', replyCode: 451 })
    expect(await client.rset()).toMatchObject({ code: 250 })
  })
})

test('SmtpClient and LmtpClient have the same commands, but for HELO', () => {
  const own = (prototype: object) => Object.getOwnPropertyNames(prototype).filter((name) => name !== 'helo')
  expect(own(LmtpClient.prototype).toSorted()).toEqual(own(SmtpClient.prototype).toSorted())
})
