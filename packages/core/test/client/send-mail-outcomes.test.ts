import { SenderRefusedError } from '@sansmtp/core'
import type { Client, SessionOptions } from '@sansmtp/core/client'
import { type Policy, policies, type ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { errorOf, lmtpModel, model } from './connected.ts'

const { answerTo, askForContentOfNobody, firstOf, inTransaction, refuseContent, refuseContentFor, refuseData } =
  policies
const { acceptAndDrop, dropAt, refuseRecipient, silentAt } = policies

const from = 'Ann <a@bar.example>'
const [b, c, d] = ['b@foo.example', 'Foo <c@foo.example>', '<d@foo.example>']
const to = [b, c, d]
const path = (address: string) => address.replace(/.*<(.*)>/, '$1')
const refuse = (address: string, code: number) => refuseRecipient(path(address), { code })
const refuseAll = firstOf(refuse(b, 550), refuse(c, 450), refuse(d, 553))

interface Session {
  readonly client: Client
  readonly server: ServerConnection
}

/** The refused recipients, shortened: position, address, code. */
function shortened(recipients: readonly { position: number; address: string; reply: { code: number } }[]): string[] {
  return recipients.map(({ position, address, reply }) => `${position} ${address} ${reply.code}`)
}

/** What sendMail makes of it: who was refused, or the error's code, the number behind it and who it names. */
async function outcomeOf({ client }: Session): Promise<readonly unknown[]> {
  return shortened(await client.sendMail(from, to, 'hi'))
}

async function failureOf({ client }: Session): Promise<readonly unknown[]> {
  const error = await errorOf(client.sendMail(from, to, 'hi'))
  if (error.code === 'RECIPIENTS_REFUSED') return [error.code, ...shortened(error.recipients as never)]
  if (error instanceof SenderRefusedError) expect(error.sender).toBe(from)
  return [error.code, 'replyCode' in error ? error.replyCode : undefined]
}

/** The first letters of what came behind EHLO; an E for RSET, as in resEt. */
function verbs({ server }: Session): string {
  const letters = server.commands.slice(1).map(({ verb }) => (verb === 'RSET' ? 'E' : verb.charAt(0)))
  return letters.join('')
}

/** The client has done nothing wrong, and the next message gets through. */
async function expectUsable({ client, server }: Session): Promise<void> {
  const before = server.messages.length
  expect(await client.sendMail(from, to, 'once more')).toEqual([])
  expect(server.messages.slice(before)).toMatchObject([{ recipients: to.map(path) }])
  await client.quit()
  expect(server.violations).toEqual([])
}

const pipelining = (PIPELINING: boolean) => ({ extensions: { PIPELINING } })

describe.each([true, false])('sendMail, PIPELINING offered: %j', (offered) => {
  const session = (policy: Policy, options: SessionOptions = {}) =>
    model({ ...pipelining(offered), policy: inTransaction(0, policy) }, options)

  test.each<[string, Policy, readonly string[]]>([
    ['nobody refused', () => undefined, []],
    ['251 and 252', answerTo('RCPT', ({ recipient }) => [250, 251, 252][recipient ?? 0]), []],
    ['one refused', refuse(c, 550), [`1 ${c} 550`]],
    ['two refused', firstOf(refuse(b, 450), refuse(d, 550)), [`0 ${b} 450`, `2 ${d} 550`]],
  ])('with %s returns who was refused, as it was given', async (_, policy, refused) => {
    const connected = await session(policy)
    expect(await outcomeOf(connected)).toEqual(refused)
    expect(verbs(connected)).toBe('MRRRD')
    await expectUsable(connected)
  })

  test.each<[string, Policy, readonly unknown[], pipelined: string, oneByOne: string]>([
    ['MAIL rejected', answerTo('MAIL', '550 5.7.1 no'), ['SENDER_REFUSED', 550], 'MRRRDE', 'ME'],
    ['MAIL deferred', answerTo('MAIL', 451), ['SENDER_REFUSED', 451], 'MRRRDE', 'ME'],
    [
      'everybody refused',
      refuseAll,
      ['RECIPIENTS_REFUSED', `0 ${b} 550`, `1 ${c} 450`, `2 ${d} 553`],
      'MRRRDE',
      'MRRRE',
    ],
    ['DATA rejected', refuseData(), ['DATA', 554], 'MRRRDE', 'MRRRDE'],
    ['DATA deferred', refuseData(451), ['DATA', 451], 'MRRRDE', 'MRRRDE'],
    ['one and then DATA refused', firstOf(refuse(b, 550), refuseData(452)), ['DATA', 452], 'MRRRDE', 'MRRRDE'],
    ['the message rejected', refuseContent(), ['DATA', 554], 'MRRRDE', 'MRRRDE'],
    ['the message deferred', refuseContent(452), ['DATA', 452], 'MRRRDE', 'MRRRDE'],
    [
      'one and then the message refused',
      firstOf(refuse(d, 550), refuseContent(552)),
      ['DATA', 552],
      'MRRRDE',
      'MRRRDE',
    ],
    [
      'everybody refused and the message asked for all the same',
      firstOf(refuseAll, askForContentOfNobody()),
      ['RECIPIENTS_REFUSED', `0 ${b} 550`, `1 ${c} 450`, `2 ${d} 553`],
      'MRRRDE',
      'MRRRE',
    ],
  ])('with %s throws it behind RSET, and the next message gets through', async (_, policy, failure, ...lines) => {
    const connected = await session(policy)
    expect(await failureOf(connected)).toEqual(failure)
    expect(verbs(connected)).toBe(lines[offered ? 0 : 1])
    expect(connected.client.connected).toBe(true)
    expect(connected.server.recipients.filter(({ delivered }) => delivered)).toEqual([])
    await expectUsable(connected)
  })

  test.each<[string, Policy, readonly unknown[], string]>([
    ['MAIL', answerTo('MAIL', 421), ['SENDER_REFUSED', 421], 'M'],
    ['the first RCPT', refuse(b, 421), ['RECIPIENTS_REFUSED', `0 ${b} 421`], 'MR'],
    ['a later RCPT', refuse(c, 421), ['RECIPIENTS_REFUSED', `1 ${c} 421`], 'MRR'],
    [
      'the last RCPT, behind a refusal',
      firstOf(refuse(b, 550), refuse(d, 421)),
      ['RECIPIENTS_REFUSED', `0 ${b} 550`, `2 ${d} 421`],
      'MRRR',
    ],
    ['DATA', refuseData(421), ['DATA', 421], 'MRRRD'],
    ['the message', refuseContent(421), ['DATA', 421], 'MRRRD'],
  ])('with 421 at %s throws the refusals so far, and the session is over', async (_, policy, failure, lines) => {
    const connected = await session(policy)
    expect(await failureOf(connected)).toEqual(failure)
    expect(verbs(connected)).toBe(lines)
    expect(connected.client.connected).toBe(false)
    expect(await errorOf(connected.client.sendMail(from, to, 'hi'))).toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test.each<[string, Policy, boolean]>([
    ['refused', answerTo('RSET', 500), true],
    ['answered 421', answerTo('RSET', 421), false],
    ['answered by nothing but an end', dropAt('RSET'), false],
  ])('with RSET %s throws the refusal that came before', async (_, rset, usable) => {
    for (const [policy, failure] of [
      [answerTo('MAIL', 550), ['SENDER_REFUSED', 550]],
      [refuseAll, ['RECIPIENTS_REFUSED', `0 ${b} 550`, `1 ${c} 450`, `2 ${d} 553`]],
      [refuseData(451), ['DATA', 451]],
      [refuseContent(554), ['DATA', 554]],
    ] as const) {
      let asked = 0
      const once: Policy = (moment) =>
        moment.type === 'command' && moment.verb === 'RSET' && asked++ ? undefined : rset(moment)
      const connected = await session(firstOf(policy, once))
      expect(await failureOf(connected)).toEqual(failure)
      expect(connected.client.connected).toBe(usable)
      if (usable) await expectUsable(connected)
    }
  })

  test('with RSET never answered throws the refusal that came before', async () => {
    const connected = await session(firstOf(refuseContent(), silentAt('RSET')), { timeouts: { command: 20 } })
    expect(await failureOf(connected)).toEqual(['DATA', 554])
    expect(connected.client.connected).toBe(false)
  })

  test.each<[string, Policy, string, 'notSent' | 'unknown']>([
    ['MAIL', silentAt('MAIL'), 'mail', 'notSent'],
    ['RCPT', silentAt('RCPT'), 'rcpt', 'notSent'],
    ['the last RCPT', refuseRecipient(path(d), 'silence'), 'rcpt', 'notSent'],
    ['DATA', silentAt('DATA'), 'data', 'notSent'],
    ['the message', silentAt('content'), 'termination', 'unknown'],
    ['the message, with one refused', firstOf(refuse(c, 550), silentAt('content')), 'termination', 'unknown'],
  ])('throws when the server is silent at %s, or hangs up', async (_, policy, phase, delivery) => {
    const hangUp: Policy = (moment) => (policy(moment) === 'silence' ? 'close' : policy(moment))
    const dropped = await session(hangUp)
    const error = await errorOf(dropped.client.sendMail(from, to, 'hi'))
    expect(error).toMatchObject({ code: 'UNEXPECTED_EOF', delivery, transient: false, permanent: false })
    expect(dropped.client.connected).toBe(false)
    let fallen = false
    // Or what it said next would answer the command before.
    const forGood: Policy = (moment) => {
      fallen ||= policy(moment) === 'silence'
      return fallen ? 'silence' : policy(moment)
    }
    const silent = await session(forGood, { timeouts: { [phase]: 20 } })
    const timeout = await errorOf(silent.client.sendMail(from, to, 'hi'))
    expect(timeout).toMatchObject({ code: 'TIMEOUT', phase, milliseconds: 20, delivery })
    expect(silent.client.connected).toBe(false)
  })

  test('says of a message that the server has taken in silence that its fate is unknown', async () => {
    const connected = await session(acceptAndDrop())
    const error = await errorOf(connected.client.sendMail(from, to, 'hi'))
    expect(error).toMatchObject({ code: 'UNEXPECTED_EOF', delivery: 'unknown' })
    expect(connected.server.recipients.every(({ delivered }) => delivered)).toBe(true)
  })
})

describe.each([true, false])('sendMail over LMTP, PIPELINING offered: %j', (offered) => {
  const session = (policy: Policy) => lmtpModel({ ...pipelining(offered), policy: inTransaction(0, policy) })
  const full = (address: string, code = 552) => refuseContentFor(path(address), { code })

  test.each<[string, Policy, readonly string[]]>([
    ['nobody refused', () => undefined, []],
    ['one refused behind the message', full(c), [`1 ${c} 552`]],
    ['one refused before it and one behind', firstOf(refuse(d, 550), full(b, 452)), [`0 ${b} 452`, `2 ${d} 550`]],
  ])('with %s returns who was refused', async (_, policy, refused) => {
    const connected = await session(policy)
    expect(await outcomeOf(connected)).toEqual(refused)
    expect(connected.server.recipients.map(({ delivered }) => delivered)).toEqual(
      to.map((address) => !refused.some((line) => line.includes(address))),
    )
    await expectUsable(connected)
  })

  test.each<[string, Policy, readonly unknown[]]>([
    ['MAIL refused', answerTo('MAIL', 550), ['SENDER_REFUSED', 550]],
    ['DATA refused', refuseData(451), ['DATA', 451]],
    ['one and DATA refused', firstOf(refuse(b, 550), refuseData(451)), ['DATA', 451]],
    [
      'everybody refused behind the message',
      firstOf(full(b), full(c, 452), full(d, 550)),
      ['RECIPIENTS_REFUSED', `0 ${b} 552`, `1 ${c} 452`, `2 ${d} 550`],
    ],
    [
      'everybody refused, before it or behind',
      firstOf(refuse(b, 550), full(c), full(d)),
      ['RECIPIENTS_REFUSED', `0 ${b} 550`, `1 ${c} 552`, `2 ${d} 552`],
    ],
    ['everybody refused before it', refuseAll, ['RECIPIENTS_REFUSED', `0 ${b} 550`, `1 ${c} 450`, `2 ${d} 553`]],
  ])('with %s throws it, and the next message gets through', async (_, policy, failure) => {
    const connected = await session(policy)
    expect(await failureOf(connected)).toEqual(failure)
    await expectUsable(connected)
  })

  test('throws when the server hangs up amid the replies to the message, whoever was accepted by then', async () => {
    const connected = await session(refuseContentFor(path(c), 'close'))
    const error = await errorOf(connected.client.sendMail(from, to, 'hi'))
    expect(error).toMatchObject({ code: 'UNEXPECTED_EOF', delivery: 'unknown' })
  })

  test.each([
    ['the first', b],
    ['a later one', c],
  ])(
    'with 421 for %s of the replies to the message says that the fate of those behind it is unknown',
    async (_, address) => {
      const { client } = await session(full(address, 421))
      const error = await errorOf(client.sendMail(from, to, 'hi'))
      expect(error).toMatchObject({
        code: 'UNEXPECTED_EOF',
        transient: false,
        cause: { code: 'DATA', replyCode: 421 },
        delivery: 'unknown',
      })
      expect(client.connected).toBe(false)
    },
  )

  test('with 421 for the last of the replies to the message returns it, for nothing is unknown', async () => {
    const connected = await session(full(d, 421))
    expect(await outcomeOf(connected)).toEqual([`2 ${d} 421`])
    expect(connected.client.connected).toBe(false)
  })
})
