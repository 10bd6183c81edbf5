import type { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { errorOf, scripted } from './connected.ts'
import { enough, envelope, everyCall } from './every-call.ts'

const delivery = { ...envelope, message: 'hi' }
const riding = ['sendMail', 'sendMessage', 'deliver', 'deliverAll']
const begun = ['MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>', 'DATA']

/** A session in which a delivery's DATA was refused, so that its transaction is open. */
async function abandoned() {
  const session = await scripted(enough.server, enough.session)
  session.answers['DATA'] = '451 4.3.0 later'
  const report = await session.client.deliver(delivery)
  expect(report.recipients).toMatchObject([{ status: 'deferred' }])
  delete session.answers['DATA']
  expect(session.said()).toEqual(begun)
  return session
}

describe('a transaction that a delivery has left open', () => {
  test.each(everyCall.filter(({ name }) => !['rcpt', 'data', 'quit', 'rset', ...riding].includes(name)))(
    'is reset before $name',
    async ({ call }) => {
      const { client, said } = await abandoned()
      await call(client)
      const [first, ...others] = said()
      expect(first).toBe('RSET')
      expect(others).toHaveLength(1)
    },
  )

  test.each(everyCall.filter(({ name }) => riding.includes(name)))(
    'is reset in the flight of $name',
    async ({ call }) => {
      const { client, server, said } = await abandoned()
      const before = server.writes
      await call(client)
      expect(said()).toEqual(['RSET', ...begun])
      expect(server.writes - before).toBe(2)
    },
  )

  test('is left as it is by quit', async () => {
    const { client, said } = await abandoned()
    await client.quit()
    expect(said()).toEqual(['QUIT'])
  })

  test('is none of the caller’s, to whom rcpt and data are not legal', async () => {
    for (const call of [(client: SmtpClient) => client.rcpt(envelope.to), (client: SmtpClient) => client.data('hi')]) {
      const { client, said } = await abandoned()
      expect(await errorOf(call(client))).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'ready' })
      expect(said()).toEqual(['RSET'])
    }
  })

  test('may end the session with its RSET', async () => {
    const { client, answers } = await abandoned()
    answers['RSET'] = '421 bye'
    expect(await errorOf(client.noop())).toMatchObject({ code: 'NOT_CONNECTED' })
    expect(client.connected).toBe(false)
  })
})

test('a transaction that the caller has begun is never reset, whatever was delivered before', async () => {
  const { client, said } = await scripted(enough.server)
  await client.deliver(delivery)
  said()
  await client.mail(envelope.from)
  await client.noop()
  await client.rcpt(envelope.to)
  await client.data('hi')
  expect(said()).toEqual([begun[0], 'NOOP', begun[1], 'DATA'])
})

test('nor by a delivery that is refused before anything is sent', async () => {
  const { client, said } = await scripted({ keywords: [] })
  await client.mail(envelope.from)
  expect(await errorOf(client.deliver({ ...delivery, message: '\nä' }))).toMatchObject({ extension: '8BITMIME' })
  expect(await client.rcpt(envelope.to)).toMatchObject({ code: 250 })
  expect(said()).toEqual(begun.slice(0, 2))
})
