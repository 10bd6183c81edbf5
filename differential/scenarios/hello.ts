import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, type Reply, raw } from '../server/answer.ts'
import {
  connect,
  connectLmtp,
  ehlo,
  ehloOrHelo,
  features,
  helo,
  login,
  noop,
  offering,
  sendMail,
} from './vocabulary.ts'

function offered(name: string, lines: readonly string[], ...keywords: readonly string[]): Scenario {
  const asks: readonly Call[] = keywords.map((keyword) => ({ call: 'hasExtension', keyword }))
  return {
    name: `offered: ${name}`,
    parity: [11],
    server: { replies: { EHLO: offering(...lines) } },
    calls: [connect, ehlo, features, ...asks],
  }
}

const capabilities: readonly Scenario[] = [
  offered('nothing', []),
  offered('much', ['PIPELINING', 'SIZE 10240000', 'VRFY', 'ETRN', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'HELP']),
  offered('in lower case', ['size 1000', 'starttls', 'auth plain login'], 'SIZE', 'size', 'StartTLS', 'DSN'),
  offered('in mixed case', ['Size 1000', '8BitMime'], 'size', '8BITMIME'),
  offered('SIZE without a number', ['SIZE'], 'SIZE'),
  offered('LIMITS with several', ['LIMITS RCPTMAX=20 MAILMAX=5']),
  offered('AUTH', ['AUTH PLAIN LOGIN']),
  offered('AUTH in its old spelling', ['AUTH=LOGIN PLAIN'], 'AUTH'),
  offered('AUTH in both spellings', ['AUTH CRAM-MD5', 'AUTH=LOGIN PLAIN']),
  offered('AUTH in both spellings, the old one first', ['AUTH=LOGIN', 'AUTH CRAM-MD5 PLAIN']),
  offered('AUTH in its old spelling and lower case', ['auth=login']),
  offered('the same AUTH in both spellings', ['AUTH PLAIN LOGIN', 'AUTH=PLAIN LOGIN']),
  offered('a mechanism twice', ['AUTH PLAIN LOGIN PLAIN']),
  offered('AUTH without mechanisms', ['AUTH'], 'AUTH'),
  offered('AUTH= without mechanisms', ['AUTH='], 'AUTH'),
  offered('SIZE twice', ['SIZE 1000', 'SIZE 2000']),
  offered('a word twice', ['X-WORD', 'x-word']),
  offered('several blanks', ['SIZE   1000  ', 'X-WORDS  one   two']),
  offered('tabs', ['SIZE\t1000', 'X-WORDS one\ttwo']),
  offered('blanks before the keyword', ['  SIZE 1000']),
  offered('an empty line among others', ['SIZE 1000', '', '8BITMIME']),
  offered('a keyword with an equals sign', ['SIZE=1000'], 'SIZE'),
  offered('a keyword with an underscore', ['X_WORD one'], 'X_WORD', 'X'),
  offered('a keyword that begins with a hyphen', ['-WORD'], '-WORD'),
  offered('a name like an extension’s', ['mail.example', 'SIZE'], 'mail.example'),
  {
    name: 'offered: an extension’s name on the greeting line',
    parity: [11],
    server: { replies: { EHLO: '250 PIPELINING SIZE 8BITMIME' } },
    calls: [connect, ehlo, features, { call: 'hasExtension', keyword: 'PIPELINING' }],
  },
  {
    name: 'offered: with bare LF',
    parity: [1, 11],
    server: { replies: { EHLO: raw('250-mail.example\n250-SIZE 1000\n250 DSN\n') } },
    calls: [connect, ehlo, features],
  },
  {
    name: 'offered: less by the second EHLO',
    parity: [11],
    server: { replies: { EHLO: [offering('SIZE', 'DSN'), offering('DSN')] } },
    calls: [connect, ehlo, ehlo, features],
  },
  {
    name: 'offered: refused by the second EHLO',
    parity: [11, 12],
    server: { replies: { EHLO: [offering('SIZE', 'DSN'), '550 no'] } },
    calls: [connect, ehlo, ehlo, features],
  },
  {
    name: 'offered: HELO behind EHLO',
    parity: [11, 12],
    server: { replies: { EHLO: offering('SIZE', 'DSN') } },
    calls: [connect, ehlo, helo, features],
  },
  {
    name: 'offered: lines below HELO',
    parity: [11],
    server: { replies: { HELO: offering('SIZE', 'DSN') } },
    calls: [connect, helo, features],
  },
  {
    name: 'offered: with LHLO',
    parity: [11],
    protocol: 'lmtp',
    server: { replies: { LHLO: offering('PIPELINING', 'SIZE') } },
    calls: [connectLmtp, ehlo, features],
  },
]

function helloing(name: string, rows: readonly number[], EHLO: Reply, HELO: Reply, calls: readonly Call[]): Scenario {
  return { name, parity: rows, server: { replies: { EHLO, HELO } }, calls: [connect, ...calls] }
}

const helloes: readonly Scenario[] = [
  helloing('EHLO refused', [12], '500 what', '250 hello', [ehlo, noop]),
  helloing('EHLO refused for now', [12], '450 later', '250 hello', [ehlo, noop]),
  helloing('EHLO with 251', [12], '251-mail.example\n251 SIZE', '250 hello', [ehlo, features]),
  helloing('EHLO with 220', [12], '220 mail.example', '250 hello', [ehlo, features]),
  helloing('EHLO with 354', [12], '354 go on', '250 hello', [ehlo, noop]),
  helloing('HELO', [12], '500 what', '250 hello', [helo, noop]),
  helloing('HELO refused', [12], '500 what', '550 no', [helo, noop]),
  ...['500 what', '502 not here', '501 what', '550 no', '450 later', '503 bad sequence', '554 no'].map((EHLO) =>
    helloing(`EHLO or HELO: EHLO gets ${EHLO.slice(0, 3)}`, [12], EHLO, '250 hello', [ehloOrHelo, noop]),
  ),
  helloing('EHLO or HELO: EHLO gets 251', [12], '251 hello', '250 hello', [ehloOrHelo, features]),
  helloing('EHLO or HELO: EHLO gets 354', [12], '354 go on', '250 hello', [ehloOrHelo, noop]),
  helloing('EHLO or HELO: both are refused', [12], '502 what', '550 no', [ehloOrHelo, noop]),
  helloing('EHLO or HELO: both are refused for now', [12], '502 what', '450 later', [ehloOrHelo, noop]),
  helloing('EHLO or HELO: HELO gets 252', [12], '502 what', '252 hello', [ehloOrHelo, noop]),
  helloing('EHLO or HELO: twice', [12], '250 mail.example', '250 hello', [ehloOrHelo, ehloOrHelo, noop]),
  helloing('EHLO or HELO: after EHLO', [12], '250 mail.example', '250 hello', [ehlo, ehloOrHelo, noop]),
  helloing('EHLO or HELO: after HELO', [12], '250 mail.example', '250 hello', [helo, ehloOrHelo, noop]),
  helloing('EHLO or HELO: after a refused EHLO', [12], '550 no', '250 hello', [ehlo, ehloOrHelo, noop]),
  helloing('EHLO or HELO: after a refused HELO', [12], '250 mail.example', '550 no', [helo, ehloOrHelo, noop]),
  helloing('EHLO or HELO: after both were refused', [12], '502 what', '550 no', [ehloOrHelo, ehloOrHelo, noop]),
  helloing('sendMail: both are refused', [12], '502 what', '550 no', [sendMail(), noop]),
  helloing('login: both are refused', [12], '502 what', '550 no', [login, noop]),
  helloing('sendMail: HELO only', [12], '502 what', '250 hello', [sendMail(), sendMail()]),
]

const afterBye: readonly Scenario[] = [
  helloing('EHLO gets 421', [13], '421 bye', '250 hello', [ehlo]),
  helloing('EHLO or HELO: EHLO gets 421', [13], '421 bye', '250 hello', [ehloOrHelo, noop]),
  helloing('EHLO or HELO: EHLO gets 421 and the end', [13], closing('421 bye'), '250 hello', [ehloOrHelo, noop]),
  helloing('sendMail: EHLO gets 421', [13], '421 bye', '250 hello', [sendMail()]),
  helloing('login: EHLO gets 421', [13], '421 bye', '250 hello', [login]),
  helloing('EHLO or HELO: HELO gets 421', [13], '502 what', '421 bye', [ehloOrHelo]),
  ...['500 what', '550 no', '421 bye'].map(
    (LHLO): Scenario => ({
      name: `LMTP: LHLO gets ${LHLO.slice(0, 3)}`,
      parity: [13],
      protocol: 'lmtp',
      server: { replies: { LHLO } },
      calls: [connectLmtp, ehloOrHelo],
    }),
  ),
  {
    name: 'LMTP: LHLO refused, asked for by itself',
    parity: [12, 13],
    protocol: 'lmtp',
    server: { replies: { LHLO: '550 no' } },
    calls: [connectLmtp, ehlo, noop],
  },
  { name: 'LMTP: HELO', parity: [13], protocol: 'lmtp', server: {}, calls: [connectLmtp, helo] },
]

export const helloScenarios: readonly Scenario[] = [...capabilities, ...helloes, ...afterBye]
