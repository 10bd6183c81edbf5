import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

function answered(...lines: string[]) {
  const connection = connectionIn('mail')
  connection.send({ verb: 'RCPT', to: 'b@foo.example' })
  drain(connection)
  return { outputs: feed(connection, ...lines), connection }
}

describe('a reply', () => {
  test.each(['250', '250 '])('of a code and no text, %j, is taken', (line) => {
    expect(answered(line)).toMatchObject({
      outputs: [{ reply: { code: 250, text: '' } }],
      connection: { state: 'rcpt' },
    })
  })

  test('of several lines ends with the line without a hyphen, whose space may be missing', () => {
    expect(answered('250-one', '250-', '250').outputs).toMatchObject([{ reply: { lines: ['one', '', ''] } }])
    expect(answered('250-one', '250-two').outputs).toEqual([])
  })

  test('is decided by its code, whatever its text says', () => {
    expect(answered('250 550 no such user').connection.state).toBe('rcpt')
    expect(answered('550 250 OK 2.0.0').connection.state).toBe('mail')
    expect(answered('250 421 closing').outputs).toMatchObject([{ type: 'ReplyReceived' }])
  })

  test.each([
    ['299 new kind of success', 'accepted'],
    ['499 new kind of delay', 'deferred'],
    ['599 new kind of failure', 'rejected'],
  ])('with an unknown code, "%s", is decided by its first digit', async (reply, status) => {
    const { client } = await connectedClient({
      answer: (line) => (/^RCPT.*<b/.test(line) ? reply : undefined),
    })
    const { recipients } = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example'] })
    expect(recipients).toMatchObject([{ status }, { status: 'accepted' }])
  })

  test.each(['150 first', '600 sixth', '099 none', '25 two', '2500 four'])(
    'with a code out of range, "%s", ends the transaction and the connection',
    async (reply) => {
      const { client, server } = await connectedClient({
        answer: (line) => (line.startsWith('RCPT') ? reply : undefined),
      })
      expect(await client.deliver(delivery)).toMatchObject({
        recipients: [{ status: 'notSent' }],
        error: { code: 'REMOTE_PROTOCOL' },
      })
      expect(server.closed).toBe(true)
    },
  )

  test('of a line of 512 octets is read', () => {
    const text = 'x'.repeat(506)
    expect(answered(`250 ${text}`).outputs).toMatchObject([{ reply: { text } }])
  })

  test('of 4xx and of 5xx differ in the report: one may be tried again, the other not', async () => {
    const { client } = await connectedClient({
      answer: (line) => (/<b/.test(line) ? '450 later' : /<c/.test(line) ? '550 never' : undefined),
    })
    const { recipients } = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example'] })
    expect(recipients).toMatchObject([{ status: 'deferred' }, { status: 'rejected' }])
  })
})
