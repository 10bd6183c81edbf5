import {
  type ClientViolationCode,
  noExtensions,
  type ServerConnectionOptions,
  timingViolationCodes,
} from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

interface Example extends ServerConnectionOptions {
  /** Behind the greeting and EHLO; each is sent in one piece. */
  readonly client: readonly string[]
  /** The codes of the replies. */
  readonly codes: readonly number[]
  /** What is shown of the offending octets. */
  readonly octets: string
  /** What stands before the first offending octet. */
  readonly behind: string
}

const ehlo = 'EHLO client.example\r\n'
const transaction = 'MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n'
const data = `${transaction}DATA\r\n`

/** For each code a client that deserves it, and nothing else. */
const examples: Readonly<Record<Exclude<ClientViolationCode, 'BEFORE_GREETING' | 'PROXY_HEADER'>, Example>> = {
  BARE_CR: { client: [data, 'a\rb\r\n.\r\n'], codes: [250, 250, 354, 250], octets: '\\r', behind: `${data}a` },
  BARE_LF: { client: [data, 'a\nb\r\n.\r\n'], codes: [250, 250, 354, 250], octets: '\\n', behind: `${data}a` },
  NUL: { client: [data, 'a\0b\r\n.\r\n'], codes: [250, 250, 354, 250], octets: '\\x00', behind: `${data}a` },
  COMMAND_TOO_LONG: {
    client: [`NOOP ${'x'.repeat(506)}\r\n`],
    codes: [500],
    octets: `NOOP ${'x'.repeat(75)}…`,
    behind: '',
  },
  TEXT_LINE_TOO_LONG: {
    client: [data, `${'x'.repeat(998)}y\r\n.\r\n`],
    codes: [250, 250, 354, 250],
    octets: 'y',
    behind: `${data}${'x'.repeat(998)}`,
  },
  COMMAND_SYNTAX: { client: ['NOOP\r\n', 'RSET now\r\n'], codes: [250, 501], octets: 'RSET now', behind: 'NOOP\r\n' },
  UNSTUFFED_DOT: {
    client: [data, 'a\r\n.b\r\n.\r\n'],
    codes: [250, 250, 354, 250],
    octets: '.',
    behind: `${data}a\r\n`,
  },
  SOURCE_ROUTE: {
    client: ['MAIL FROM:<@hosta.example,@hostb.example:a@b.example>\r\n'],
    codes: [250],
    octets: 'MAIL FROM:<@hosta.example,@hostb.example:a@b.example>',
    behind: '',
  },
  UNKNOWN_COMMAND: { client: ['TURN\r\n'], codes: [500], octets: 'TURN', behind: '' },
  WRONG_ORDER: { client: ['RCPT TO:<c@d.example>\r\n'], codes: [503], octets: 'RCPT TO:<c@d.example>', behind: '' },
  EXTENSION_NOT_OFFERED: {
    client: ['MAIL FROM:<a@b.example> SIZE=1\r\n'],
    extensions: { SIZE: false },
    codes: [555],
    octets: 'MAIL FROM:<a@b.example> SIZE=1',
    behind: '',
  },
  PARAMETER_SYNTAX: {
    client: ['MAIL FROM:<a@b.example> BODY=9BIT\r\n'],
    codes: [501],
    octets: 'MAIL FROM:<a@b.example> BODY=9BIT',
    behind: '',
  },
  EIGHT_BIT_COMMAND: {
    client: ['MAIL FROM:<\xc3\xa9@b.example>\r\n'],
    codes: [550],
    octets: 'MAIL FROM:<\\xc3\\xa9@b.example>',
    behind: '',
  },
  EIGHT_BIT_CONTENT: {
    client: [data, 'caf\xe9 \xe9\r\n.\r\n'],
    codes: [250, 250, 354, 250],
    octets: '\\xe9',
    behind: `${data}caf`,
  },
  SIZE_EXCEEDED: {
    client: ['MAIL FROM:<a@b.example> SIZE=11\r\n'],
    extensions: { SIZE: 10 },
    codes: [552],
    octets: 'MAIL FROM:<a@b.example> SIZE=11',
    behind: '',
  },
  LIMIT_EXCEEDED: {
    client: [`${transaction}RCPT TO:<e@f.example>\r\n`],
    extensions: { LIMITS: 'RCPTMAX=1' },
    codes: [250, 250, 452],
    octets: 'RCPT TO:<e@f.example>',
    behind: transaction,
  },
  REQUIRETLS_WITHOUT_TLS: {
    client: ['MAIL FROM:<a@b.example> REQUIRETLS\r\n'],
    extensions: { REQUIRETLS: true },
    codes: [530],
    octets: 'MAIL FROM:<a@b.example> REQUIRETLS',
    behind: '',
  },
  PIPELINING_NOT_OFFERED: {
    client: [transaction],
    extensions: { PIPELINING: false },
    codes: [250, 250],
    octets: 'RCPT TO:<c@d.example>\\r\\n',
    behind: 'MAIL FROM:<a@b.example>\r\n',
  },
  BEHIND_GROUP_END: { client: ['NOOP\r\nRSET\r\n'], codes: [250, 250], octets: 'RSET\\r\\n', behind: 'NOOP\r\n' },
  CONTENT_BEFORE_REPLY: {
    client: [`${data}hello\r\n.\r\n`],
    codes: [250, 250, 354, 250],
    octets: 'hello\\r\\n.\\r\\n',
    behind: data,
  },
  BEHIND_STARTTLS: {
    client: ['STARTTLS\r\nEHLO injected.example\r\n'],
    codes: [220],
    octets: 'EHLO injected.example\\r\\n',
    behind: 'STARTTLS\r\n',
  },
  UNFINISHED: { client: [data, 'hello', 'EOF'], codes: [250, 250, 354], octets: '', behind: `${data}hello` },
  NO_QUIT: { client: ['NOOP\r\n', 'EOF'], codes: [250], octets: '', behind: 'NOOP\r\n' },
}

describe.each(Object.entries(examples))('%s', (code, { client, codes, octets, behind, ...options }) => {
  test('is found once, with its octets and its place, and the server goes on', () => {
    const conversation = session(options)
    const lines = client.flatMap((piece) => (piece === 'EOF' ? conversation.eof() : conversation.raw(piece)))
    expect(lines.filter((line) => line[3] === ' ').map((line) => Number(line.slice(0, 3)))).toEqual(codes)
    expect(conversation.server.violations).toMatchObject([{ code, octets, position: (ehlo + behind).length }])
    expect(conversation.types.filter((type) => type === 'ViolationFound')).toHaveLength(1)
  })
})

test.each([
  ['a bare CR in a command', 'NOOP\rRSET\r\n', 'BARE_CR'],
  ['a bare LF in a command', 'NOOP\nRSET\r\n', 'BARE_LF'],
  ['a NUL in a command', 'NOOP \0\r\n', 'NUL'],
  ['a tab in a command', 'NOOP \tx\r\n', 'COMMAND_SYNTAX'],
  ['DEL in a command', 'NOOP \x7f\r\n', 'COMMAND_SYNTAX'],
  ['octets that are not UTF-8', 'MAIL FROM:<\xff@b.example> SMTPUTF8\r\n', 'EIGHT_BIT_COMMAND'],
  ['octets beyond US-ASCII where none may be', 'NOOP \xc3\xa9\r\n', 'EIGHT_BIT_COMMAND'],
])('%s: the line is refused whole, and is no two commands', (_, line, code) => {
  const conversation = session()
  expect(conversation.raw(line)).toMatchObject([/^500 /].map((pattern) => expect.stringMatching(pattern)))
  expect(conversation.violations).toEqual([code])
})

test('a bare LF is found at once, although the server waits for its CRLF', () => {
  const conversation = session()
  expect(conversation.raw('NOOP\n')).toEqual([])
  expect(conversation.violations).toEqual(['BARE_LF'])
})

test('a bare CR at the end of a command is found once it is known not to end it', () => {
  const conversation = session()
  conversation.raw('NOOP\r')
  expect(conversation.violations).toEqual([])
  conversation.raw('\r\n')
  expect(conversation.violations).toEqual(['BARE_CR'])
})

test.each(['\n.\n', '\n.\r\n', '\r.\r\n', '\r\n.\n', '\r\n.\r', '\r.\r', '\n\r.\r\n'])(
  'content does not end at %j',
  (end) => {
    const conversation = session()
    conversation.raw(data)
    expect(conversation.raw(`hello${end}MAIL FROM:<smuggled@b.example>\r\n`)).toEqual([])
    expect(conversation.raw('\r\n.\r\n')).toHaveLength(1)
    expect(conversation.violations.length).toBeGreaterThan(0)
    expect(conversation.server.transactions).toHaveLength(1)
  },
)

test('what servers put up with is a violation, and executed', () => {
  const conversation = session()
  expect(conversation.codes('MAIL FROM: <a@b.example>', 'RCPT TO:<c@d.example>  NOTIFY=NEVER ', 'NOOP ')).toEqual([
    250, 250, 250,
  ])
  expect(conversation.violations).toEqual(['COMMAND_SYNTAX', 'COMMAND_SYNTAX', 'COMMAND_SYNTAX'])
})

test('the extensions offered make lines longer', () => {
  const line = `MAIL FROM:<a@b.example>${' '.repeat(1)}ENVID=${'x'.repeat(100)} AUTH=${'x'.repeat(400)}`
  expect(session({ users: { a: 'b' } }).codes(line)).toEqual([250])
  expect(session({ extensions: { ...noExtensions, PIPELINING: true } }).codes(line)).toEqual([500])
})

test('a command may have 512 octets with its CRLF', () => {
  expect(session().codes(`NOOP ${'x'.repeat(505)}`)).toEqual([250])
})

test('a stuffed dot does not count as part of a line', () => {
  const conversation = session()
  conversation.raw(data)
  conversation.raw(`..${'x'.repeat(997)}\r\n.\r\n`)
  expect(conversation.violations).toEqual([])
})

test('nothing is found in what an honest client sends', () => {
  const conversation = session({ users: { ann: 'secret' } })
  conversation.say('AUTH LOGIN', 'YW5u', 'c2VjcmV0')
  conversation.together(
    'RSET',
    'MAIL FROM:<"a\\"> b"@[IPv6:::1]> SIZE=20 RET=HDRS ENVID=x+2By',
    'RCPT TO:<Postmaster>',
    'DATA',
  )
  conversation.together('..', 'x', '.', 'MAIL FROM:<> SMTPUTF8', 'RCPT TO:<\xc3\xa9@\xc3\xa9.example>', 'DATA')
  conversation.together('.', 'QUIT')
  conversation.eof()
  expect(conversation.violations).toEqual([])
  expect(conversation.server.messages).toHaveLength(2)
})

test('the codes that depend on the time of arrival are listed', () => {
  expect([...timingViolationCodes].every((code) => code === 'BEFORE_GREETING' || code in examples)).toBe(true)
})
