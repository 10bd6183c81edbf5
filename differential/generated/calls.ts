import * as fc from 'fast-check'
import type { Call, Content, SendMailCall } from '../call.ts'
import type { GeneratedServer } from './servers.ts'

const recipients = [
  'bob@b.example',
  '<eve@e.example>',
  'Joe <joe@j.example>',
  '"Doe, D" <dan@d.example>',
  'fay@[192.0.2.1]',
  '"gus g"@g.example',
]

const sender = fc.constantFrom('ann@a.example', '<ann@a.example>', 'Ann <ann@a.example>', '', '<>')

/** Lines that end as text may, and the last one always does. */
const text: fc.Arbitrary<Content> = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '.', '..', '.x', 'Hello.', 'From me', ' indented', 'x'.repeat(200)),
      fc.constantFrom('\r\n', '\n', '\r\n'),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((lines) => ({ text: lines.flat().join('') }))

const octets: fc.Arbitrary<Content> = fc
  .array(fc.constantFrom('', '.', '..', '.x', 'Hello.', '\x01\x7f', 'x'.repeat(1000)), { minLength: 1, maxLength: 8 })
  .map((lines) => ({ octets: lines.map((line) => `${line}\r\n`).join('') }))

/** The parameters that the server takes. Without any it is told none. */
function options(server: GeneratedServer): fc.Arbitrary<Pick<SendMailCall, 'mailOptions' | 'rcptOptions'>> {
  const mail = ['8BITMIME:BODY=8BITMIME', '8BITMIME:body=7bit', 'DSN:RET=HDRS', 'DSN:ENVID=abc+2B', 'SMTPUTF8:SMTPUTF8']
  const rcpt = ['DSN:NOTIFY=SUCCESS,DELAY', 'DSN:ORCPT=rfc822;bob@b.example']
  const legal = (all: readonly string[]) =>
    all
      .filter((option) => server.offers.includes(option.split(':')[0] ?? ''))
      .map((option) => option.split(':')[1] ?? '')
  const one = (all: readonly string[]) => fc.shuffledSubarray(legal(all)).map(oneOfEachKeyword)
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ mailOptions: one(mail), rcptOptions: one(rcpt) }) },
  )
}

function oneOfEachKeyword(parameters: readonly string[]): readonly string[] {
  const keyword = (parameter: string) => parameter.split('=')[0]?.toUpperCase()
  return parameters.filter(
    (parameter, i) => parameters.findIndex((other) => keyword(other) === keyword(parameter)) === i,
  )
}

function sendMail(server: GeneratedServer, to: readonly string[]): fc.Arbitrary<Call> {
  return fc
    .tuple(sender, fc.oneof(text, octets), options(server))
    .map(([from, message, given]) => ({ call: 'sendMail', from, to, message, ...given }))
}

/** Python's strict parser can't read an address literal in a header. */
function inHeader(to: readonly string[]): readonly string[] {
  const named = to.filter((address) => !address.includes('['))
  return named.length > 0 ? named : ['bob@b.example']
}

function sendMessage(server: GeneratedServer, to: readonly string[]): fc.Arbitrary<Call> {
  const header = [
    `From: Ann <ann@a.example>`,
    `To: ${to.slice(0, 1)}`,
    ...(to.length > 1 ? [`Cc: ${to.slice(1).join(',\n ')}`] : []),
  ]
  const own = fc.constantFrom({}, {}, { to: to.slice(-1) }, { from: 'eve@e.example' })
  return fc
    .tuple(fc.constantFrom('\r\n', '\n'), fc.boolean(), own, options(server))
    .map(([lineEnd, hasSender, envelope, given]) => {
      const block = hasSender ? ['Sender: eve@e.example', ...header] : header
      const lines = [...block, 'Subject: hello', '', 'Hello.', '.', ''].join('\n')
      return { call: 'sendMessage', message: { octets: lines.replaceAll('\n', lineEnd) }, ...envelope, ...given }
    })
}

/** Calls that no server's state matters for. */
const anywhere: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>({ call: 'noop' }),
  fc.constant<Call>({ call: 'rset' }),
  fc.constantFrom<Call>({ call: 'help' }, { call: 'help', topic: 'MAIL' }),
  fc.constantFrom('ann', 'ann@a.example', 'Ann <ann@a.example>').map((address): Call => ({ call: 'vrfy', address })),
  fc.constantFrom('friends', '<friends@a.example>').map((address): Call => ({ call: 'expn', address })),
  fc.constantFrom<Call>({ call: 'command', verb: 'XYZZY', argument: 'Some thing' }, { call: 'command', verb: 'etrn' }),
)

/** A transaction step by step, for a server that refuses no MAIL and no RCPT: what both make of those is not the same. */
function byHand({ script, offers }: GeneratedServer): fc.Arbitrary<readonly Call[]> {
  const { MAIL, RCPT } = script.replies ?? {}
  const isTaken = [MAIL, RCPT].every((reply) => typeof reply === 'string' && reply.startsWith('25'))
  if (!isTaken) return fc.constant([])
  const options = offers.includes('DSN') ? { options: ['RET=FULL'] } : {}
  return fc
    .tuple(sender, fc.shuffledSubarray(recipients, { minLength: 1, maxLength: 3 }), fc.oneof(text, octets))
    .map(([from, to, message]): readonly Call[] => [
      { call: 'mail', from, ...options },
      ...to.map((address): Call => ({ call: 'rcpt', to: address })),
      { call: 'data', message },
      { call: 'rset' },
    ])
}

const opening: fc.Arbitrary<readonly Call[]> = fc.constantFrom<readonly Call[]>(
  [],
  [],
  [{ call: 'ehloOrHeloIfNeeded' }],
  [{ call: 'ehlo' }, { call: 'features' }],
  [
    { call: 'ehlo', name: 'other.example' },
    { call: 'hasExtension', keyword: 'pipelining' },
  ],
)

const ending: fc.Arbitrary<readonly Call[]> = fc.constantFrom<readonly Call[]>(
  [],
  [{ call: 'quit' }],
  [{ call: 'quit' }, { call: 'noop' }],
  [{ call: 'leaveScope' }, { call: 'noop' }],
  [{ call: 'close' }, { call: 'noop' }],
)

/**
 * What one may ask of a server. Where it says no to EHLO, one asks once: what both make of a second time is for the
 * written scenarios.
 */
export function calls(server: GeneratedServer): fc.Arbitrary<readonly Call[]> {
  // smtplib can't tell more than one recipient of LMTP.
  const maxLength = server.protocol === 'lmtp' ? 1 : 4
  const sending = fc
    .shuffledSubarray(recipients, { minLength: 1, maxLength })
    .chain((to) =>
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: sendMail(server, to) },
          { weight: 1, arbitrary: sendMessage(server, inHeader(to)) },
          { weight: 2, arbitrary: anywhere },
        ),
        { minLength: 1, maxLength: 5 },
      ),
    )
  const login = fc.constantFrom<readonly Call[]>([], [], [{ call: 'login', user: 'ann', pass: 'sec ret' }])
  const connect: Call = { call: 'connect', as: server.protocol }
  if (server.offers.length === 0) {
    const once = fc.oneof(sendMail(server, ['bob@b.example']), fc.constant<Call>({ call: 'ehloOrHeloIfNeeded' }))
    return server.refusesHello
      ? fc
          .tuple(fc.array(anywhere, { maxLength: 2 }), once, anywhere, ending)
          .map(([before, one, after, last]) => [connect, ...before, one, after, ...last])
      : fc.tuple(sending, ending).map(([between, last]) => [connect, ...between, ...last])
  }
  return fc
    .tuple(opening, login, byHand(server), sending, ending)
    .map(([first, authenticated, steps, between, last]) => [
      connect,
      ...first,
      ...authenticated,
      ...(first.length > 0 && server.protocol === 'smtp' ? steps : []),
      ...between,
      ...last,
    ])
}
