import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, type Reply } from '../server/answer.ts'
import {
  command,
  connect,
  data,
  ehlo,
  helo,
  login,
  mail,
  noop,
  offering,
  quit,
  rcpt,
  rset,
  sendMail,
  startTls,
} from './vocabulary.ts'

interface Step {
  /** What the server answers when it ends the session. */
  readonly answering: string
  readonly calls: readonly Call[]
  /** What it says before, if it is not as usual. */
  readonly replies?: Readonly<Record<string, Reply>>
}

const steps: Readonly<Record<string, Step>> = {
  EHLO: { answering: 'EHLO', calls: [ehlo] },
  HELO: { answering: 'HELO', calls: [helo] },
  MAIL: { answering: 'MAIL', calls: [ehlo, mail()] },
  RCPT: { answering: 'RCPT', calls: [ehlo, mail(), rcpt()] },
  DATA: { answering: 'DATA', calls: [ehlo, mail(), rcpt(), data()] },
  'a message': { answering: 'CONTENT', calls: [ehlo, mail(), rcpt(), data()] },
  RSET: { answering: 'RSET', calls: [ehlo, rset] },
  NOOP: { answering: 'NOOP', calls: [ehlo, noop] },
  VRFY: { answering: 'VRFY', calls: [ehlo, { call: 'vrfy', address: 'ann' }] },
  EXPN: { answering: 'EXPN', calls: [ehlo, { call: 'expn', address: 'list' }] },
  HELP: { answering: 'HELP', calls: [ehlo, { call: 'help' }] },
  'a command of one’s own': { answering: 'XYZZY', calls: [ehlo, command('XYZZY')] },
  'AUTH PLAIN': { answering: 'AUTH', calls: [login], replies: { EHLO: offering('AUTH PLAIN') } },
  'the password of AUTH LOGIN': {
    answering: 'RESPONSE',
    calls: [login],
    replies: { EHLO: offering('AUTH LOGIN'), AUTH: '334 UGFzc3dvcmQ6' },
  },
  STARTTLS: { answering: 'STARTTLS', calls: [startTls], replies: { EHLO: offering('STARTTLS') } },
  QUIT: { answering: 'QUIT', calls: [ehlo, quit] },
}

const ends: Readonly<Record<string, Reply>> = {
  'the end instead of a reply to': hangsUp,
  'the end amid the reply to': { octets: '250-first\r\n', ends: true },
  '421 and the end in reply to': closing('421 4.3.2 bye'),
}

/** Each way for a server to end a session, at each step; then two calls show what the client makes of it. */
export const endingScenarios: readonly Scenario[] = Object.entries(ends).flatMap(([name, end]) =>
  Object.entries(steps).map(
    ([step, { answering, calls, replies = {} }]): Scenario => ({
      name: `${name} ${step}`,
      parity: [2, 10],
      server: { replies: { ...replies, [answering]: end } },
      calls: [connect, ...calls, noop, sendMail()],
    }),
  ),
)
