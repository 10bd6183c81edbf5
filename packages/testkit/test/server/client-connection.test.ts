import { authenticate, ClientConnection, open, parseForwardPath, parseReversePath, quit, transact } from '@sansmtp/core'
import {
  arbitraries,
  noExtensions,
  type Policy,
  policies,
  ServerConnection,
  type ServerConnectionOptions,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { latin1, octets } from './support/conversation.ts'
import { Pair } from './support/pair.ts'

const opening = { clientName: 'client.example', startTls: 'opportunistic' } as const

interface Settings extends ServerConnectionOptions {
  readonly protocol: 'smtp' | 'lmtp'
  readonly pipelining: boolean
  readonly readLength: number
}

function pairOf({ protocol, pipelining, readLength, ...options }: Settings): Pair {
  const extensions = { ...options.extensions, PIPELINING: pipelining }
  const server = new ServerConnection({ ...options, protocol, extensions })
  return new Pair(new ClientConnection({ protocol }), server, readLength)
}

const settings = (['smtp', 'lmtp'] as const).flatMap((protocol) =>
  [true, false].flatMap((pipelining) =>
    [Number.POSITIVE_INFINITY, 1].map((readLength) => ({ protocol, pipelining, readLength })),
  ),
)

describe.each(settings)('$protocol, PIPELINING $pipelining, $readLength octets a read', (setting) => {
  const to = ['ok@d.example', 'refused@d.example', 'full@d.example', 'later@d.example', 'ok@d.example']
  const policy = policies.firstOf(
    policies.refuseRecipient('refused@d.example'),
    policies.deferRecipient('later@d.example'),
    policies.refuseContentFor('full@d.example', '452 4.2.2 full'),
  )

  test('core’s client breaks no rule, and both agree on each recipient', () => {
    const pair = pairOf({ ...setting, policy, users: { ann: 'secret' } })
    pair.run(open(pair.client, { ...opening, credentials: { user: 'ann', pass: 'secret' } }))
    expect(pair.server).toMatchObject({ secure: true, user: 'ann', state: 'ready' })
    const envelope = { from: parseReversePath('a@b.example'), to: to.map((path) => parseForwardPath(path)) }
    for (let i = 0; i < 2; i += 1) {
      const { outcomes } = pair.run(transact(pair.client, envelope), octets('.dot\n..dots\rcaf\xe9'))
      expect(outcomes.map(({ status }) => status)).toEqual([
        'accepted',
        'rejected',
        setting.protocol === 'lmtp' ? 'deferred' : 'accepted',
        'deferred',
        'accepted',
      ])
    }
    pair.run(quit(pair.client))
    pair.settle()
    expect(pair.server.violations).toEqual([])
    expect(pair.server.state).toBe('closed')
    expect(pair.server.messages.map(({ content }) => latin1(content))).toEqual([
      '.dot\r\n..dots\r\ncaf\xe9\r\n',
      '.dot\r\n..dots\r\ncaf\xe9\r\n',
    ])
  })

  test('nobody accepted, 354 all the same: a lone dot, and the session goes on', () => {
    const nobody = policies.firstOf(
      policies.refuseRecipient(() => true),
      policies.askForContentOfNobody(),
    )
    const pair = pairOf({ ...setting, policy: policies.inTransaction(0, nobody) })
    pair.run(open(pair.client, opening))
    const envelope = { from: parseReversePath(''), to: [parseForwardPath('c@d.example')] }
    expect(pair.run(transact(pair.client, envelope)).outcomes).toMatchObject([{ status: 'rejected' }])
    expect(pair.run(transact(pair.client, envelope)).outcomes).toMatchObject([{ status: 'accepted' }])
    expect(pair.server.violations).toEqual([])
  })
})

test('HELO where EHLO is not known', () => {
  const pair = pairOf({ protocol: 'smtp', pipelining: true, readLength: 1, quirks: { knowsOnlyHelo: true } })
  pair.run(open(pair.client, opening))
  const envelope = { from: parseReversePath('a@b.example'), to: [parseForwardPath('c@d.example')], size: 3 }
  expect(pair.run(transact(pair.client, envelope), octets('x\r\n')).outcomes).toMatchObject([{ status: 'accepted' }])
  expect(pair.server.violations).toEqual([])
})

test('an offer in the old spelling and in lower case is understood', () => {
  const pair = pairOf({
    protocol: 'smtp',
    pipelining: true,
    readLength: 1,
    secure: true,
    users: { ann: 'secret' },
    quirks: { spellsAuthTheOldWay: true, offersInLowerCase: true, greetsInSeveralLines: true },
  })
  pair.run(open(pair.client, { ...opening, startTls: 'off' }))
  pair.run(authenticate(pair.client, { credentials: { user: 'ann', pass: 'secret' }, allowInsecureAuth: true }))
  expect(pair.server.user).toBe('ann')
  expect(pair.client.authenticated).toBe(true)
  expect(pair.server.violations).toEqual([])
})

/** Codes that a scripted server answers. */
interface Answers {
  readonly mail: number
  readonly rcpts: readonly number[]
  readonly data: number | undefined
  readonly contents: readonly number[]
}

describe('any server, any message', () => {
  const code = fc.constantFrom(250, 250, 250, 251, 450, 550, 421)
  const answers = fc.record({
    mail: code,
    rcpts: fc.array(code, { minLength: 1, maxLength: 5 }),
    data: fc.constantFrom(undefined, undefined, 354, 451, 554, 421),
    contents: fc.array(code, { minLength: 1, maxLength: 5 }),
  })
  const scripted = ({ mail, rcpts, data, contents }: Answers): Policy =>
    policies.firstOf(
      policies.answerTo('MAIL', mail),
      policies.answerTo('RCPT', ({ recipient = 0, usual }) =>
        usual.code === 250 ? rcpts[recipient % rcpts.length] : undefined,
      ),
      policies.answerTo('DATA', data),
      (moment) => (moment.type === 'content' ? contents[(moment.recipient ?? 0) % contents.length] : undefined),
    )
  const quirks = fc.record(
    { spellsAuthTheOldWay: fc.boolean(), offersInLowerCase: fc.boolean(), greetsInSeveralLines: fc.boolean() },
    { requiredKeys: [] },
  )

  test('core’s client breaks no rule, and its outcomes are what the server says they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('smtp', 'lmtp'),
        fc.boolean(),
        fc.constantFrom(1, 7, Number.POSITIVE_INFINITY),
        fc.constantFrom({}, noExtensions, { '8BITMIME': false }, { DSN: false, SIZE: true }),
        quirks,
        fc.array(fc.tuple(answers, arbitraries.message()), { minLength: 1, maxLength: 3 }),
        (protocol, pipelining, readLength, extensions, quirks, transactions) => {
          const policy = policies.firstOf(
            ...transactions.map(([answers], i) => policies.inTransaction(i, scripted(answers))),
          )
          const pair = pairOf({ protocol, pipelining, readLength, extensions, quirks, policy })
          pair.run(open(pair.client, opening))
          for (const [{ rcpts }, bytes] of transactions) {
            if (pair.client.state === 'closed') return
            const before = pair.server.recipients.length
            const envelope = {
              from: parseReversePath('a@b.example'),
              to: rcpts.map(() => parseForwardPath('c@d.example')),
              ...(extensions === noExtensions && { eightBit: false }),
            }
            const stored = pair.server.messages.length
            const { outcomes } = pair.run(transact(pair.client, envelope), bytes)
            const truths = pair.server.recipients.slice(before)
            for (const [i, { status }] of outcomes.entries()) {
              expect(status === 'accepted').toBe(truths[i]?.delivered ?? false)
            }
            const [message] = pair.server.messages.slice(stored)
            if (message !== undefined) expect(latin1(message.content)).toBe(wired(latin1(bytes)))
          }
          const found = pair.server.violations.map(({ code }) => code)
          // The content is any octets, and the client can't know what is in them when it is streamed.
          expect(
            found.filter((code) => !['NUL', 'EIGHT_BIT_CONTENT', 'TEXT_LINE_TOO_LONG', 'NO_QUIT'].includes(code)),
          ).toEqual([])
        },
      ),
    )
  })
})

/** A message as DATA must bring it. */
function wired(message: string): string {
  const lines = message.replace(/\r\n|\r|\n/g, '\r\n')
  return lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`
}
