import type { SendMessageCall } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { bob, connect, eve, from, joe, noop, offering, sendMail, sendMessage } from './vocabulary.ts'

function message(name: string, row: number, header: readonly string[], given: Partial<SendMessageCall> = {}): Scenario {
  return {
    name: `message: ${name}`,
    parity: [row],
    server: { replies: { EHLO: offering('SIZE') } },
    calls: [connect, sendMessage(header, given), noop],
  }
}

const fromAnn = `From: ${from}`
const toBob = `To: ${bob}`
const date = 'Mon, 01 Jan 2024 00:00:00 +0000'

const envelopes: readonly Scenario[] = [
  message('From and To', 28, [fromAnn, toBob]),
  message('names and addresses', 28, [
    'From: Ann <ann@a.example>',
    'To: Bob <bob@b.example>, "Eve, E" <eve@e.example>',
  ]),
  message('Sender before From', 28, [fromAnn, 'Sender: Joe <joe@j.example>', toBob]),
  message('several in From', 28, [`From: ${from}, ${joe}`, toBob]),
  message('To and Cc', 28, [fromAnn, toBob, `Cc: ${eve}`]),
  message('To, Cc and Bcc', 28, [fromAnn, toBob, `Cc: ${eve}`, `Bcc: ${joe}`]),
  message('Bcc alone', 28, [fromAnn, `Bcc: ${joe}`]),
  message('Cc alone', 28, [fromAnn, `Cc: ${eve}`]),
  message('a folded Bcc', 28, [fromAnn, toBob, `Bcc: ${joe},`, `\t${eve}`]),
  message('a Bcc in capitals', 28, [fromAnn, toBob, `BCC: ${joe}`]),
  message('two Bcc', 28, [fromAnn, toBob, `Bcc: ${joe}`, `Bcc: ${eve}`]),
  message('a folded To', 28, [fromAnn, `To: ${bob},`, ` ${eve},`, ` ${joe}`]),
  message('field names in lower case', 28, [`from: ${from}`, `to: ${bob}`, `cc: ${eve}`]),
  message('a sender of one’s own', 28, [fromAnn, toBob], { from: joe }),
  message('the null sender', 28, [fromAnn, toBob], { from: '' }),
  message('recipients of one’s own', 28, [fromAnn, toBob], { to: [eve, joe] }),
  message('one recipient as a text', 28, [fromAnn, toBob], { to: eve }),
  message('recipients of one’s own, and Bcc', 28, [fromAnn, toBob, `Bcc: ${joe}`], { to: [eve] }),
  message('both of one’s own and no fields', 28, ['X-Nothing: here'], { from: joe, to: [eve] }),
  message('no recipients of one’s own', 28, [fromAnn, toBob], { to: [] }),
  message('comments', 28, ['From: (the) ann@a.example (Ann)', 'To: bob@b.example (Bob, of B)']),
  message('the same recipient in To and Cc', 28, [fromAnn, toBob, `Cc: ${bob}`]),
  message('Return-Path and others stay', 28, ['Return-Path: <x@x.example>', 'Received: from x', fromAnn, toBob]),
  message('options', 28, [fromAnn, toBob], { mailOptions: ['X-ONE=1'], rcptOptions: ['X-TWO=2'] }),
  message('a stream', 28, [fromAnn, toBob, `Bcc: ${joe}`], { streamed: 7 }),
  message('a stream octet by octet', 28, [fromAnn, toBob, `Cc: ${eve}`], { streamed: 1 }),
  message('a long field', 28, [fromAnn, toBob, `X-Long: ${'word '.repeat(40).trim()}`]),
  message('a field folded by a tab', 28, [fromAnn, toBob, 'X-Folded: one', '\ttwo']),
  message('an encoded word', 28, [fromAnn, 'To: =?utf-8?q?B=C3=B6b?= <bob@b.example>']),
  message('lines that begin with dots', 28, [fromAnn, toBob, '', '.', '..']),
  {
    name: 'message: refused for one recipient',
    parity: [24, 28],
    server: { replies: { RCPT: ['550 nobody', '250 ok'] } },
    calls: [connect, sendMessage([fromAnn, `To: ${bob}, ${eve}`]), noop],
  },
  {
    name: 'message: refused for all',
    parity: [24, 28],
    server: { replies: { RCPT: '550 nobody' } },
    calls: [connect, sendMessage([fromAnn, `To: ${bob}, ${eve}`]), noop],
  },
  {
    name: 'message: LF throughout',
    parity: [22, 28],
    server: {},
    calls: [
      connect,
      { call: 'sendMessage', message: { octets: `${fromAnn}\n${toBob}\nBcc: ${joe}\n\nHello.\n.dot\n` } },
      noop,
    ],
  },
  {
    name: 'message: no last line ending',
    parity: [22, 28],
    server: { replies: { EHLO: offering('SIZE') } },
    calls: [connect, { call: 'sendMessage', message: { octets: `${fromAnn}\r\n${toBob}\r\n\r\nHello.` } }, noop],
  },
  {
    name: 'message: header only',
    parity: [28],
    server: { replies: { EHLO: offering('SIZE') } },
    calls: [connect, { call: 'sendMessage', message: { octets: `${fromAnn}\r\n${toBob}\r\n\r\n` } }, noop],
  },
  {
    name: 'message: HELO only',
    parity: [26, 28],
    server: { replies: { EHLO: '502 what' } },
    calls: [connect, sendMessage([fromAnn, toBob], { mailOptions: ['RET=HDRS'] }), noop],
  },
  {
    name: 'message: octets beyond ASCII in the body',
    parity: [28],
    server: { replies: { EHLO: offering('8BITMIME') } },
    calls: [
      connect,
      { call: 'sendMessage', message: { octets: `${fromAnn}\r\n${toBob}\r\n\r\ngr\xc3\xbc\xc3\x9fe\r\n` } },
      noop,
    ],
  },
]

const resent = [
  fromAnn,
  toBob,
  `Cc: ${joe}`,
  'Resent-From: Eve <eve@e.example>',
  'Resent-To: carl@c.example',
  `Resent-Date: ${date}`,
]

const resending: readonly Scenario[] = [
  message('resent', 29, resent),
  message('resent, with Resent-Sender', 29, [...resent, 'Resent-Sender: dan@d.example']),
  message('resent, with Resent-Cc and Resent-Bcc', 29, [
    ...resent,
    'Resent-Cc: dan@d.example',
    'Resent-Bcc: fay@f.example',
  ]),
  message('resent, with Bcc of the first time', 29, [...resent, 'Bcc: gus@g.example']),
  message('resent, without Resent-Date', 29, resent.slice(0, -1)),
  message('resent twice', 29, [...resent, `Resent-Date: ${date}`]),
  message('resent twice, the envelope of one’s own', 29, [...resent, `Resent-Date: ${date}`], { from: joe, to: [eve] }),
  message('resent, the envelope of one’s own', 29, resent, { from: joe, to: [eve] }),
  message('resent-date in lower case', 29, [...resent.slice(0, -1), `resent-date: ${date}`]),
]

function international(
  name: string,
  keywords: readonly string[],
  header: readonly string[],
  given: Partial<SendMessageCall> = {},
): Scenario {
  return {
    name: `message: ${name}`,
    parity: [30],
    server: { replies: { EHLO: offering(...keywords) } },
    calls: [connect, sendMessage(header, { policy: 'default', ...given }), noop],
  }
}

const utf8 = ['SMTPUTF8', '8BITMIME']

const beyondAscii: readonly Scenario[] = [
  international('a sender beyond ASCII', utf8, [fromAnn, toBob], { from: 'änn@a.example' }),
  international('a recipient beyond ASCII', utf8, [fromAnn, toBob], { to: ['bôb@b.example', eve] }),
  international('a domain beyond ASCII', utf8, [fromAnn, toBob], { to: ['bob@bücher.example'] }),
  international('a sender beyond ASCII, SIZE offered too', ['SIZE', ...utf8], [fromAnn, toBob], {
    from: 'änn@a.example',
  }),
  international('a sender beyond ASCII, without SMTPUTF8', ['8BITMIME'], [fromAnn, toBob], { from: 'änn@a.example' }),
  international('a recipient beyond ASCII, without SMTPUTF8', ['8BITMIME'], [fromAnn, toBob], {
    to: ['bôb@b.example'],
  }),
  international('a domain beyond ASCII, without SMTPUTF8', ['8BITMIME'], [fromAnn, toBob], {
    to: ['bob@bücher.example'],
  }),
  international('a sender beyond ASCII in the header', utf8, ['From: änn@a.example', toBob]),
  international('a recipient beyond ASCII in the header', utf8, [fromAnn, 'To: Bôb <bôb@b.example>']),
  {
    name: 'message: a name beyond ASCII in the header',
    parity: [30],
    server: { replies: { EHLO: offering(...utf8) } },
    // Not with the other policy: later Pythons encode the name then.
    calls: [connect, sendMessage([fromAnn, 'To: Bôb <bob@b.example>']), noop],
  },
  ...(
    [
      ['a sender beyond ASCII', utf8, { from: 'änn@a.example' }],
      ['a recipient beyond ASCII', utf8, { to: [bob, 'bôb@b.example'] }],
      ['a recipient beyond ASCII, without SMTPUTF8', [], { to: ['bôb@b.example'] }],
      ['a domain beyond ASCII, without SMTPUTF8', [], { to: ['bob@bücher.example'] }],
    ] as const
  ).map(
    ([name, keywords, given]): Scenario => ({
      name: `sendMail: ${name}`,
      parity: [30],
      server: { replies: { EHLO: offering(...keywords) } },
      calls: [connect, sendMail(given), noop],
    }),
  ),
  international('a sender beyond ASCII in the header, without SMTPUTF8', ['8BITMIME'], ['From: änn@a.example', toBob]),
]

const odd: readonly Scenario[] = [
  message('no From', 31, [toBob]),
  message('an empty From', 31, ['From: ', toBob]),
  message('no recipients', 31, [fromAnn]),
  message('an empty To', 31, [fromAnn, 'To: ']),
  message('a group', 31, [fromAnn, `To: friends: ${bob}, Eve <${eve}>;`]),
  message('a group among others', 31, [fromAnn, `To: ${joe}, friends: ${bob}, ${eve};, carl@c.example`]),
  message('an empty group', 31, [fromAnn, 'To: undisclosed-recipients:;']),
  message('an empty group and Bcc', 31, [fromAnn, 'To: undisclosed-recipients:;', `Bcc: ${bob}`]),
  message('two To', 31, [fromAnn, toBob, `To: ${eve}`]),
  message('two Cc', 31, [fromAnn, toBob, `Cc: ${eve}`, `Cc: ${joe}`]),
  message('To of which one is no address', 31, [fromAnn, `To: ${bob}, nobody at all`]),
  message('an empty element in To', 31, [fromAnn, `To: ${bob}, , ${eve}`]),
  message('an address literal', 31, [fromAnn, 'To: bob@[192.0.2.1]']),
  message('a name with a comma and no quotes', 31, [fromAnn, 'To: Doe, John <john@b.example>']),
  message('a local part alone among others', 31, [fromAnn, `To: ${bob}, John, Eve <${eve}>`]),
  message('a local part alone', 31, [fromAnn, 'To: John']),
]

export const messageScenarios: readonly Scenario[] = [...envelopes, ...resending, ...beyondAscii, ...odd]
