import { expect, test } from 'vitest'
import { smtp } from './connected.ts'

const refused = { from: 'a@bar.example', to: 'nobody@foo.example', message: 'hi\r\n' }
const refusing = (line: string) => (line.includes('nobody') ? '550 no such user' : undefined)

// deliver leaves the RSET for the next delivery's flight, and of that no other call may see anything.
test.each([
  ['mail', ['RSET', 'MAIL FROM:<a@bar.example>']],
  ['login', ['RSET', 'AUTH PLAIN AGFubgBzZWNyZXQ=']],
  ['noop', ['RSET', 'NOOP']],
  ['quit', ['QUIT']],
] as const)('after a delivery that everybody was refused, %s sends %j', async (call, lines) => {
  const { client, said } = await smtp({ answer: refusing, keywords: ['AUTH PLAIN'] }, { allowInsecureAuth: true })
  expect(await client.deliver(refused)).toMatchObject({ recipients: [{ status: 'rejected' }] })
  said()
  const calls = {
    mail: () => client.mail('a@bar.example'),
    login: () => client.login('ann', 'secret'),
    noop: () => client.noop(),
    quit: () => client.quit(),
  }
  await calls[call]()
  expect(said()).toEqual(lines)
})

test('a recipient does not get into the transaction of a delivery that was refused', async () => {
  const { client } = await smtp({ answer: refusing })
  await client.deliver(refused)
  await expect(client.rcpt('b@foo.example')).rejects.toMatchObject({ code: 'LOCAL_PROTOCOL' })
})

test('the RSET is not sent twice, nor in a transaction of the caller’s own', async () => {
  const { client, said } = await smtp({ answer: refusing })
  await client.deliver(refused)
  await client.mail('a@bar.example')
  await client.rcpt('b@foo.example')
  await client.noop()
  expect(said().filter((line) => line === 'RSET')).toEqual(['RSET'])
})

test('after a sendMail that a refused RSET has kept from being sent, no call hangs', async () => {
  const { client, said } = await smtp({ keywords: [], answer: (line) => (line === 'RSET' ? '502 no' : undefined) })
  await client.mail('old@bar.example')
  await expect(client.sendMail('new@bar.example', 'b@foo.example', 'hi')).rejects.toMatchObject({ replyCode: 502 })
  said()
  expect(await client.rcpt('c@foo.example')).toMatchObject({ code: 250 })
  expect(await client.noop()).toMatchObject({ code: 250 })
  expect(said()).toEqual(['RCPT TO:<c@foo.example>', 'NOOP'])
})
