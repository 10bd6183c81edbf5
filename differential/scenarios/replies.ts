import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, inPieces, octetwise, type Reply, raw, silence } from '../server/answer.ts'
import { connect, ehlo, login, noop, offering } from './vocabulary.ts'

/** NOOP is answered so; then another NOOP shows whether the connection is still of use. */
function toNoop(name: string, row: number, reply: Reply): Scenario {
  return { name, parity: [row], server: { replies: { NOOP: [reply, '250 still here'] } }, calls: [connect, noop, noop] }
}

function greetedBy(name: string, row: number, greeting: Reply): Scenario {
  return { name, parity: [row], server: { replies: { GREETING: greeting } }, calls: [connect, noop] }
}

function lines(count: number, text: string): string {
  return Array.from({ length: count }, (_, i) => `250${i < count - 1 ? '-' : ' '}${text}`).join('\n')
}

const texts: readonly Scenario[] = [
  toNoop('a reply of one line', 1, '250 ok'),
  toNoop('a reply of three lines', 1, '250-one\n250-two\n250 three'),
  toNoop('blanks at both ends of lines', 1, '250-  one \t\n250 \t two  '),
  toNoop('blanks within a line', 1, '250 one  two\tthree'),
  toNoop('lines without text', 1, '250-\n250-\n250 '),
  toNoop('a code alone', 1, '250'),
  toNoop('a code alone behind a line with text', 1, '250-one\n250'),
  toNoop('a tab behind the code', 1, '250\tok'),
  toNoop('another character behind the code', 1, '250=ok'),
  toNoop('bare LF', 1, raw('250-one\n250 two\n')),
  toNoop('CRLF and bare LF', 1, raw('250-one\r\n250-two\n250 three\r\n')),
  toNoop('CR CR LF', 1, raw('250 ok\r\r\n')),
  toNoop('a bare CR amid a line', 1, raw('250 one\rtwo\r\n')),
  toNoop('a NUL amid a line', 1, raw('250 one\0two\r\n')),
  toNoop('text in UTF-8', 1, '250 grüße, 世界'),
  toNoop('text in ISO 8859-1', 1, raw('250 gr\xfc\xdfe\r\n')),
  toNoop('a no-break space at the end', 1, '250 ok\u00a0'),
  toNoop('an enhanced code', 1, '250 2.0.0 ok'),
  toNoop('a refusal', 1, '550 5.5.1 no'),
  toNoop('a refusal for now', 1, '450 4.3.2 not now'),
  toNoop('a hundred lines', 1, lines(100, 'one of many')),
  toNoop('a reply octet by octet', 1, octetwise('250-one\n250 two')),
  toNoop('a reply split between CR and LF', 1, inPieces('250-one\n250 two', 8, 9)),
  toNoop('a reply split within a code', 1, inPieces('250-one\n250 two', 2, 8)),
  greetedBy('a greeting of several lines', 1, '220-mail.example\n220 welcome'),
  greetedBy('a greeting with bare LF', 1, raw('220 mail.example\n')),
  greetedBy('a greeting octet by octet', 1, octetwise('220 mail.example')),
]

const ends: readonly Scenario[] = [
  greetedBy('end of stream instead of a greeting', 2, hangsUp),
  toNoop('end of stream instead of a reply', 2, hangsUp),
  toNoop('end of stream amid a reply', 2, closing(raw('250-one\r\n'))),
  toNoop('end of stream amid a line', 2, closing(raw('250 on'))),
  toNoop('end of stream amid a code', 2, closing(raw('25'))),
  toNoop('end of stream behind a reply', 2, closing('250 ok')),
  {
    name: 'end of stream instead of the reply to EHLO',
    parity: [2],
    server: { replies: { EHLO: hangsUp } },
    calls: [connect, ehlo, noop],
  },
  {
    name: 'end of stream amid the reply to EHLO',
    parity: [2],
    server: { replies: { EHLO: closing(raw('250-mail.example\r\n250-SIZE\r\n')) } },
    calls: [connect, ehlo, noop],
  },
  {
    name: 'end of stream amid an authentication',
    parity: [2],
    server: { replies: { EHLO: offering('AUTH LOGIN'), AUTH: '334 UGFzc3dvcmQ6', RESPONSE: hangsUp } },
    calls: [connect, login, noop],
  },
  {
    name: 'no reply in time',
    parity: [2],
    server: { replies: { NOOP: silence } },
    calls: [{ ...connect, timeout: 1000 }, noop, noop],
  },
]

/** A line of so many octets, its ending counted. */
const lineOf = (octets: number) => `250 ${'x'.repeat(octets - 6)}\r\n`

const lengths: readonly Scenario[] = [
  toNoop('a line of 8,192 octets', 3, raw(lineOf(8192))),
  toNoop('a line of 8,193 octets', 3, raw(lineOf(8193))),
  toNoop('a line of 8,192 octets with a bare LF', 3, raw(`250 ${'x'.repeat(8187)}\n`)),
  toNoop('a line of 8,193 octets with a bare LF', 3, raw(`250 ${'x'.repeat(8188)}\n`)),
  toNoop('a line of 8,193 octets behind another', 3, raw(`250-one\r\n${lineOf(8193)}`)),
  toNoop('two lines of 8,192 octets', 3, raw(lineOf(8192).replace(' ', '-') + lineOf(8192))),
  toNoop('a line that does not end', 3, raw(`250 ${'x'.repeat(20_000)}`)),
  greetedBy('a greeting of 8,192 octets', 3, raw(lineOf(8192).replace('250', '220'))),
  greetedBy('a greeting of 8,193 octets', 3, raw(lineOf(8193).replace('250', '220'))),
]

const malformed: readonly Scenario[] = [
  ['letters instead of a code', 'Hello there'],
  ['an empty line', ''],
  ['two digits', '25 ok'],
  ['a sign instead of a digit', '-50 ok'],
  ['a blank before the code', ' 250 ok'],
  ['code 000', '000 ok'],
  ['code 100', '100 ok'],
  ['code 199', '199 ok'],
  ['code 600', '600 ok'],
  ['code 999', '999 ok'],
  ['another code on the last line', '250-one\n251 two'],
  ['a refusal behind a success', '250-one\n550 two'],
  ['letters on the second line', '250-one\nand two'],
  ['six hundred lines', lines(600, 'one of many')],
  ['a reply of 80,000 octets', lines(20, 'x'.repeat(4000))],
].map(([name, reply]) => toNoop(name as string, 4, reply as string))

const malformedElsewhere: readonly Scenario[] = [
  toNoop('code 354 where no content is due', 4, '354 go on'),
  toNoop('code 334 where no authentication is under way', 4, '334 '),
  greetedBy('a greeting without a code', 4, 'welcome'),
  greetedBy('a greeting whose codes differ', 4, '220-one\n554 two'),
  {
    name: 'an empty line in reply to EHLO',
    parity: [4],
    server: { replies: { EHLO: '' } },
    calls: [connect, ehlo],
  },
  {
    name: 'a reply to EHLO whose codes differ',
    parity: [4],
    server: { replies: { EHLO: '250-mail.example\n220 SIZE' } },
    calls: [connect, ehlo],
  },
]

export const replyScenarios: readonly Scenario[] = [...texts, ...ends, ...lengths, ...malformed, ...malformedElsewhere]
