import type { ServerTraits } from '@sansmtp/core'
import { type Quirks, renderSegments, roundTripOf, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { mailingLies, mailingViolations } from './mailing-truth.ts'
import { type MailingSetup, mailObjects, type PlayedMailing, playMailing, statusesOf } from './mailings.ts'
import { opening } from './sessions.ts'

const roundTrip = 100

/** Sends over a network on which nothing but round trips takes time. All of it must arrive, and once. */
function send(setup: MailingSetup): PlayedMailing {
  const played = playMailing({ plan: () => roundTripOf(roundTrip), ...setup })
  expect(mailingLies(played)).toEqual([])
  expect(mailingViolations(played)).toEqual([])
  return played
}

function sendWhole(setup: MailingSetup): PlayedMailing {
  const played = send(setup)
  expect(new Set(statusesOf(played).flat())).toEqual(new Set(['accepted']))
  expect(played.reports.map(({ mail }) => mail)).toEqual(setup.mails)
  return played
}

const by = (content: 'DATA' | 'BDAT', options: ServerConnectionOptions = {}) => ({
  server: () => ({ ...options, extensions: { CHUNKING: content === 'BDAT', ...options.extensions } }),
})

describe.each(['smtp', 'lmtp'] as const)('over %s', (protocol) => {
  describe.each(['DATA', 'BDAT'] as const)('by %s', (content) => {
    const server = by(content, { protocol })

    test.each(['transaction', 'auto'] as const)(
      'a message on a new connection costs three flights behind the greeting, %s',
      (pipelining) => {
        const { openingFlights, flights } = sendWhole({ ...server, mails: mailObjects(1), pipelining })
        expect([openingFlights, flights]).toEqual([1, 2])
      },
    )

    test('fifty recipients cost no more than one', () => {
      const mails = mailObjects(1, { recipients: 50 })
      expect(sendWhole({ ...server, mails, pipelining: 'auto' }).flights).toBe(2)
    })

    test('a hundred messages cost two flights each by transaction, and one each once envelopes ride', () => {
      const mails = mailObjects(100)
      expect(sendWhole({ ...server, mails, pipelining: 'transaction' }).flights).toBe(200)
      const { flights, milliseconds, clients } = sendWhole({ ...server, mails, pipelining: 'auto' })
      expect(flights).toBeLessThanOrEqual(103)
      expect([milliseconds, clients.length]).toEqual([flights * roundTrip, 1])
      const traits = { ridesBehindContent: true }
      expect(sendWhole({ ...server, mails, pipelining: 'auto', traits }).flights).toBe(101)
    })
  })
})

describe('eager, with CHUNKING', () => {
  const eager = (count: number, choice: Omit<MailingSetup, 'mails' | 'pipelining'> = {}) =>
    sendWhole({ mails: mailObjects(count), pipelining: 'eager', ...choice })

  test('a message on a new connection costs two flights behind the greeting', () => {
    const { openingFlights, flights } = eager(1)
    expect([openingFlights, flights]).toEqual([1, 1])
  })

  test('fifty recipients cost one flight', () => {
    expect(sendWhole({ mails: mailObjects(1, { recipients: 50 }), pipelining: 'eager' }).flights).toBe(1)
  })

  test.each([
    [128, 1, 2],
    [100, 1, 2],
    [99, 2, 2],
    [25, 4, 5],
    [10, 10, 11],
    [1, 100, 100],
  ])(
    'a hundred messages cost, in a window of %i, %i flights where the server is known, else %i',
    (messages, known, unknown) => {
      const window = { messages, octets: 1_048_576 }
      expect(eager(100, { window, traits: { ridesBehindContent: true } }).flights).toBe(known)
      expect(eager(100, { window }).flights).toBe(unknown)
    },
  )

  test.each([
    [100 * 24, 1],
    [50 * 24, 2],
    [10 * 24, 10],
    [1, 100],
  ])('as many at a time as have %i octets together, and one in any case', (octets, flights) => {
    const mails = mailObjects(100).map((mail) => ({ ...mail, envelope: { ...mail.envelope, size: 24 } }))
    const contents = mails.map((mail) => ({ ...mail, content: new Uint8Array(22).fill(120) }))
    const traits = { ridesBehindContent: true }
    const played = playMailing({
      ...{ mails: contents, pipelining: 'eager', traits, window: { messages: 128, octets } },
      plan: () => roundTripOf(roundTrip),
    })
    expect([played.flights, new Set(statusesOf(played).flat())]).toEqual([flights, new Set(['accepted'])])
  })

  test('is as `auto` without CHUNKING and over LMTP', () => {
    expect(eager(100, by('DATA')).flights).toBeLessThanOrEqual(103)
    expect(eager(100, by('BDAT', { protocol: 'lmtp' })).flights).toBeLessThanOrEqual(103)
  })

  test('what nobody accepts costs no flight more', () => {
    const refuses = /x0/
    const server = () => ({
      policy: (moment: { type: string }) =>
        moment.type === 'command' && 'path' in moment && refuses.test(String(moment.path)) ? 550 : undefined,
    })
    const played = send({ mails: mailObjects(100), pipelining: 'eager', server, traits: { ridesBehindContent: true } })
    expect([played.flights, new Set(statusesOf(played).flat())]).toEqual([1, new Set(['rejected'])])
  })
})

describe('what opens a connection costs its own flights', () => {
  const users = { ann: 'secret' }
  const credentials = { user: 'ann', pass: 'secret' }
  const mails = mailObjects(3)

  test('STARTTLS three: the command, the handshake, EHLO again', () => {
    const played = sendWhole({ mails, pipelining: 'auto', opening: { ...opening, startTls: 'required' } })
    expect([played.openingFlights, played.flights]).toEqual([4, 5])
  })

  test('AUTH with an initial response one', () => {
    const options = { users, extensions: { AUTH: ['PLAIN'] } }
    const auth = { ...opening, startTls: 'required', credentials } as const
    const played = sendWhole({ mails, pipelining: 'auto', server: () => options, opening: auth })
    expect([played.openingFlights, played.flights]).toEqual([5, 5])
  })
})

describe('without PIPELINING', () => {
  test.each([
    ['transaction', 'DATA', 4],
    ['auto', 'DATA', 4],
    ['eager', 'DATA', 4],
    ['transaction', 'BDAT', 3],
    ['auto', 'BDAT', 3],
    ['eager', 'BDAT', 3],
  ] as const)('%s by %s: every command costs a flight', (pipelining, content, flights) => {
    const server = by(content, { extensions: { PIPELINING: false } })
    expect(sendWhole({ ...server, mails: mailObjects(5), pipelining }).flights).toBe(5 * flights)
  })
})

const levels = ['auto', 'eager'] as const
const contents = ['DATA', 'BDAT'] as const
const protocols = ['smtp', 'lmtp'] as const
const unfit: readonly Quirks[] = [
  { dropsBehindContent: true },
  { refusesBehindContent: true },
  { dropsConnectionBehindContent: true },
]
const cases = levels.flatMap((pipelining) =>
  contents.flatMap((content) =>
    protocols.flatMap((protocol) =>
      unfit.map((quirks) => ({ pipelining, content, protocol, quirks, quirk: Object.keys(quirks)[0] })),
    ),
  ),
)

describe('a server that does not take what rides behind content', () => {
  test.each(cases)(
    '$quirk, $pipelining by $content over $protocol: costs one reconnect at most, and no message',
    (example) => {
      const { pipelining, content, protocol, quirks } = example
      const traits: ServerTraits = {}
      // Behind LMTP content to several nothing rides.
      const mails = mailObjects(10, { recipients: protocol === 'smtp' ? 2 : 1 })
      const server = by(content, { protocol, quirks })
      const played = sendWhole({ ...server, mails, pipelining, traits })
      expect(played.clients.length).toBe(quirks.refusesBehindContent ? 1 : 2)
      expect(traits).toEqual({ ridesBehindContent: false })
      // Each by itself, and what was tried: a NOOP, its quarter of a second, an envelope that is sent again.
      const each = pipelining === 'eager' && content === 'BDAT' && protocol === 'smtp' ? 1 : 2
      expect(played.flights).toBeLessThanOrEqual(10 * each + 2)
      expect(played.milliseconds).toBeLessThanOrEqual(played.flights * roundTrip + 4 * roundTrip)

      const again = sendWhole({ ...server, mails, pipelining, traits })
      expect([again.flights, again.clients.length]).toEqual([10 * each, 1])
    },
  )

  test('hangs up without a word', () => {
    // Once the first content is in, NOOP alone is taken behind it.
    const hangsUp = (moment: { type: string; verb?: string; session: { messages: readonly unknown[] } }) =>
      moment.verb === 'MAIL' && moment.session.messages.length === 2 ? ('close' as const) : undefined
    const server = (connection: number) => ({ policy: connection === 0 ? hangsUp : () => undefined })
    const traits: ServerTraits = {}
    const played = sendWhole({ mails: mailObjects(6), pipelining: 'auto', server, traits })
    expect([traits, played.clients.length]).toEqual([{ ridesBehindContent: false }, 2])
  })
})

/** What the client has written on its first connection, write by write. */
function writesOf({ clients }: PlayedMailing): readonly string[] {
  const lines = renderSegments(clients[0]?.network.segments ?? [])
  return lines.flatMap((line) => /client: (.*)/.exec(line)?.[1] ?? [])
}

test('a server is tried with a NOOP behind the first content, and nothing else', () => {
  const played = sendWhole({ mails: mailObjects(3), pipelining: 'auto', ...by('DATA') })
  expect(writesOf(played)).toEqual([
    String.raw`'EHLO client.example\r\n'`,
    String.raw`'MAIL FROM:<s0@bar.example> SIZE=22\r\nRCPT TO:<r0x0@foo.example>\r\nDATA\r\n'`,
    String.raw`'Subject: message 0\r\n\r\n.\r\nNOOP\r\n'`,
    String.raw`'MAIL FROM:<s1@bar.example> SIZE=22\r\nRCPT TO:<r1x0@foo.example>\r\nDATA\r\n'`,
    String.raw`'Subject: message 1\r\n\r\n.\r\nRSET\r\nMAIL FROM:<s2@bar.example> SIZE=22\r\nRCPT TO:<r2x0@foo.example>\r\nDATA\r\n'`,
    String.raw`'Subject: message 2\r\n\r\n.\r\n'`,
    String.raw`'QUIT\r\n'`,
    'end',
  ])
})

test('where whole messages are to ride, it is tried with RSET and NOOP, which leave with the last octet', () => {
  const content = { pieceLengths: [10], interval: 5 }
  const plan = () => ({ ...roundTripOf(roundTrip), content })
  const played = sendWhole({ mails: mailObjects(3), pipelining: 'eager', plan })
  expect(writesOf(played).slice(1, 4)).toEqual([
    String.raw`'MAIL FROM:<s0@bar.example> SIZE=22\r\nRCPT TO:<r0x0@foo.example>\r\nBDAT 22 LAST\r\n'`,
    "'Subject: m'",
    String.raw`'essage 0\r\n'`,
  ])
  expect(writesOf(played).slice(4, 6)).toEqual([
    String.raw`'\r\nRSET\r\nNOOP\r\n'`,
    String.raw`'RSET\r\nMAIL FROM:<s1@bar.example> SIZE=22\r\nRCPT TO:<r1x0@foo.example>\r\nBDAT 22 LAST\r\n'`,
  ])
})

test('nothing is tried where it is known that nothing follows', () => {
  const { servers } = sendWhole({ mails: mailObjects(1), pipelining: 'auto' })
  expect(servers[0]?.commands.map(({ verb }) => verb)).toEqual(['EHLO', 'MAIL', 'RCPT', 'BDAT', 'QUIT'])
})
