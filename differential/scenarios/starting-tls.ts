import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, type Reply, raw } from '../server/answer.ts'
import { connect, ehlo, features, login, mail, noop, offering, sendMail, startTls } from './vocabulary.ts'

const plainly = offering('STARTTLS', 'SIZE 1000')
const securely = offering('AUTH PLAIN')

function upgrading(name: string, STARTTLS: Reply, ...calls: readonly Call[]): Scenario {
  return {
    name,
    parity: [21],
    server: { replies: { EHLO: [plainly, securely], STARTTLS } },
    calls: [connect, ...calls],
  }
}

const go = '220 go ahead'

export const startTlsScenarios: readonly Scenario[] = [
  upgrading('STARTTLS', go, ehlo, startTls, ehlo, features),
  upgrading('STARTTLS before EHLO', go, startTls, noop),
  upgrading('STARTTLS: everything is forgotten', go, ehlo, startTls, features, {
    call: 'hasExtension',
    keyword: 'SIZE',
  }),
  upgrading('STARTTLS, then sendMail', go, startTls, sendMail()),
  upgrading('STARTTLS, then login', go, startTls, login, noop),
  upgrading('STARTTLS: several lines', '220-go\n220 ahead', startTls, ehlo),
  upgrading('STARTTLS refused', '454 4.7.0 not now', ehlo, startTls, noop),
  upgrading('STARTTLS refused as unknown', '500 what', ehlo, startTls, noop),
  upgrading('STARTTLS refused: what was offered is still known', '454 not now', ehlo, startTls, features),
  upgrading('STARTTLS gets 250', '250 fine', ehlo, startTls, noop),
  upgrading('STARTTLS gets 421', closing('421 bye'), ehlo, startTls, noop),
  upgrading('STARTTLS gets no reply', hangsUp, ehlo, startTls, noop),
  upgrading('STARTTLS: a reply put in behind the 220', raw('220 go ahead\r\n250 put in\r\n'), ehlo, startTls, noop),
  upgrading('STARTTLS: part of a reply put in', raw('220 go ahead\r\n25'), ehlo, startTls, noop),
  upgrading('STARTTLS: the end instead of a handshake', closing(go), ehlo, startTls, noop),
  upgrading('STARTTLS: trust in anybody', go, ehlo, { call: 'startTls', trust: 'anybody' }, ehlo),
  upgrading('STARTTLS: trust in whom the machine trusts', go, ehlo, { call: 'startTls', trust: 'default' }, ehlo),
  upgrading('STARTTLS amid a transaction', go, ehlo, mail(), startTls),
  {
    name: 'STARTTLS twice',
    parity: [21],
    server: { replies: { EHLO: plainly, STARTTLS: [go, '503 you have it'] } },
    calls: [connect, startTls, ehlo, startTls, noop],
  },
  {
    name: 'STARTTLS not offered',
    parity: [21],
    server: { replies: { EHLO: offering('SIZE') } },
    calls: [connect, startTls, noop],
  },
  {
    name: 'STARTTLS: HELO only',
    parity: [21],
    server: { replies: { EHLO: '502 what' } },
    calls: [connect, startTls, noop],
  },
  {
    name: 'STARTTLS in lower case',
    parity: [11, 21],
    server: { replies: { EHLO: [offering('starttls'), securely] } },
    calls: [connect, startTls, ehlo],
  },
  {
    name: 'STARTTLS: LMTP',
    parity: [21],
    protocol: 'lmtp',
    server: { replies: { LHLO: [plainly, securely] } },
    calls: [{ ...connect, as: 'lmtp' }, startTls, ehlo, features],
  },
  ...(['authority', 'anybody', 'default'] as const).map(
    (trust): Scenario => ({
      name: `TLS from the first octet: trust in ${trust}`,
      parity: [21],
      listens: 'tls',
      server: {},
      calls: [{ ...connect, as: 'smtps', trust }, ehlo],
    }),
  ),
  {
    name: 'TLS from the first octet where the server has none',
    parity: [21],
    server: {},
    calls: [{ ...connect, as: 'smtps', trust: 'authority' }],
  },
  {
    name: 'TLS from the first octet, refused',
    parity: [5, 21],
    listens: 'tls',
    server: { replies: { GREETING: '554 no service' } },
    calls: [{ ...connect, as: 'smtps', trust: 'authority' }, noop],
  },
]
