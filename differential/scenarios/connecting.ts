import type { Call, ConnectCall } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp } from '../server/answer.ts'
import {
  close,
  command,
  connect,
  connectLmtp,
  data,
  ehlo,
  ehloOrHelo,
  features,
  helo,
  login,
  mail,
  noop,
  offering,
  quit,
  rcpt,
  reconnect,
  rset,
  sendMail,
  startTls,
} from './vocabulary.ts'

const greetings: readonly Scenario[] = [
  ['220 in three lines', '220-mail.example\n220-one\n220 two'],
  ['554', '554 5.3.2 no service'],
  ['421', '421 4.3.2 come back later'],
  ['450', '450 later'],
  ['250', '250 hello'],
  ['221', '221 bye'],
  ['354', '354 go on'],
  ['334', '334 '],
  ['554 in two lines', '554-no\n554 never'],
].map(([name, GREETING]) => ({
  name: `greeting ${name}`,
  parity: [5],
  server: { replies: { GREETING: GREETING as string } },
  calls: [connect, noop],
}))

function connecting(name: string, row: number, call: Partial<ConnectCall>, more: Partial<Scenario> = {}): Scenario {
  return { name, parity: [row], server: {}, calls: [{ ...connect, ...call }, noop], ...more }
}

const hosts: readonly Scenario[] = [
  connecting('host and port', 6, { host: '127.0.0.1:{port}' }),
  connecting('a name and a port', 6, { host: 'mail.example:2525', observed: true }),
  connecting('an IPv6 address in brackets and a port', 6, { host: '[::1]:{port}' }, { listens: 'tcp6' }),
  connecting('an IPv6 address', 6, { host: '::1', observed: true }),
  connecting('a port in letters', 6, { host: '127.0.0.1:smtp' }),
  connecting('an empty port', 6, { host: '127.0.0.1:' }),
  connecting('a port beyond 65,535', 6, { host: '127.0.0.1:65536' }),
  connecting('LMTP: host and port', 6, { as: 'lmtp', host: '127.0.0.1:{port}' }, { protocol: 'lmtp' }),
  connecting('LMTP: a socket', 6, { as: 'lmtp', host: '{path}' }, { protocol: 'lmtp', listens: 'unix' }),
  connecting('LMTP: a socket that is not there', 6, { as: 'lmtp', host: '/nowhere/socket' }, { protocol: 'lmtp' }),
  connecting('nobody listens', 6, { host: '127.0.0.1', port: 1 }),
]

const ports: readonly Scenario[] = [
  connecting('default port', 7, { host: 'mail.example', observed: true }),
  connecting(
    'default port of SMTP over TLS',
    7,
    { as: 'smtps', host: 'localhost', observed: true, trust: 'anybody' },
    { listens: 'tls' },
  ),
  connecting('default port of LMTP', 7, { as: 'lmtp', host: 'mail.example', observed: true }, { protocol: 'lmtp' }),
  connecting('the port of submission', 7, { host: 'mail.example', port: 587, observed: true }),
  connecting('a port in the host and none besides', 7, { host: 'mail.example:587', observed: true }),
  connecting('an address to connect from', 7, { host: 'mail.example', observed: true, sourceAddress: '127.0.0.9' }),
  connecting('no time at all', 7, { timeout: 0 }),
  connecting('LMTP: no time at all for a socket', 7, { as: 'lmtp', timeout: 0 }, { protocol: 'lmtp', listens: 'unix' }),
]

function named(name: string, fullName: string, address: string, more: Partial<Scenario> = {}): Scenario {
  const calls: readonly Call[] = [{ ...connect, name: null, machine: { fullName, address } }, ehlo, helo]
  return { name, parity: [8], server: {}, calls, ...more }
}

const names: readonly Scenario[] = [
  { name: 'a name of one’s own', parity: [8], server: {}, calls: [connect, ehlo, helo] },
  {
    name: 'a name for one EHLO',
    parity: [8],
    server: {},
    calls: [connect, { call: 'ehlo', name: 'once.example' }, ehlo],
  },
  {
    name: 'a name for one HELO',
    parity: [8],
    server: {},
    calls: [connect, { call: 'helo', name: 'once.example' }, helo],
  },
  { name: 'an address as name', parity: [8], server: {}, calls: [connect, { call: 'ehlo', name: '[192.0.2.1]' }] },
  named('the host’s full name', 'host.example', '192.0.2.1'),
  named('a host without a domain', 'host', '192.0.2.1'),
  named('a host without a domain and with an IPv6 address', 'host', '2001:db8::1'),
  {
    name: 'LMTP: the host’s full name',
    parity: [8],
    protocol: 'lmtp',
    server: {},
    calls: [{ ...connectLmtp, name: null, machine: { fullName: 'host.example', address: '192.0.2.1' } }, ehlo],
  },
]

const first = { replies: { EHLO: offering('SIZE 1000', 'STARTTLS', 'X-FIRST') } }
const second = { replies: { EHLO: offering('8BITMIME') } }

const reconnections: readonly Scenario[] = [
  ['quit, reconnect', [connect, ehlo, quit, features, reconnect, features, ehlo, features]],
  ['quit, reconnect, send', [connect, sendMail(), quit, reconnect, sendMail(), quit]],
  ['close, reconnect', [connect, ehlo, close, features, reconnect, features]],
  ['close, reconnect, send', [connect, sendMail(), close, reconnect, sendMail()]],
  ['close, reconnect, EHLO', [connect, ehlo, close, reconnect, ehlo, features]],
  ['reconnect while connected', [connect, ehlo, reconnect, features, noop]],
].map(([name, calls]) => ({
  name: name as string,
  parity: [9],
  server: [first, second],
  calls: calls as readonly Call[],
}))

const otherReconnections: readonly Scenario[] = [
  {
    name: 'reconnect after the server hung up',
    parity: [9],
    server: [{ replies: { NOOP: hangsUp } }, second],
    calls: [connect, noop, reconnect, ehlo, features],
  },
  {
    name: 'reconnect to a server that will not have it',
    parity: [5, 9],
    server: [first, { replies: { GREETING: '554 no service' } }],
    calls: [connect, ehlo, quit, reconnect],
  },
  {
    name: 'reconnect to a server that hangs up',
    parity: [2, 9],
    server: [first, { replies: { GREETING: hangsUp } }],
    calls: [connect, ehlo, quit, reconnect, noop],
  },
  {
    name: 'HELO only, then reconnect to a server with EHLO',
    parity: [9],
    server: [{ replies: { EHLO: '502 what' } }, second],
    calls: [connect, sendMail(), quit, reconnect, sendMail()],
  },
  {
    name: 'authenticated, then reconnect',
    parity: [9],
    server: { replies: { EHLO: offering('AUTH PLAIN') } },
    calls: [connect, login, quit, reconnect, login],
  },
]

const notConnected: readonly Scenario[] = [
  ['EHLO', ehlo],
  ['HELO', helo],
  ['EHLO or HELO', ehloOrHelo],
  ['MAIL', mail()],
  ['RCPT', rcpt()],
  ['DATA', data()],
  ['NOOP', noop],
  ['RSET', rset],
  ['VRFY', { call: 'vrfy', address: 'bob' }],
  ['EXPN', { call: 'expn', address: 'list' }],
  ['HELP', { call: 'help' }],
  ['a command', command('XYZZY')],
  ['login', login],
  ['AUTH', { call: 'auth', mechanism: 'PLAIN', user: 'ann', pass: 'secret' }],
  ['STARTTLS', startTls],
  ['sendMail', sendMail()],
  ['QUIT', quit],
].map(([name, call]) => ({
  name: `not connected: ${name}`,
  parity: [10],
  server: {},
  calls: [connect, close, call as Call],
}))

const lost: readonly Scenario[] = [
  {
    name: 'closed twice',
    parity: [10],
    server: {},
    calls: [connect, close, close, noop],
  },
  {
    name: 'a command after the server hung up',
    parity: [2, 10],
    server: { replies: { MAIL: hangsUp } },
    calls: [connect, ehlo, mail(), rcpt(), noop, sendMail()],
  },
  {
    name: 'a command after a 421 that ended the connection',
    parity: [10],
    server: { replies: { NOOP: closing('421 bye') } },
    calls: [connect, noop, noop],
  },
  {
    name: 'a command after a 421 that did not end the connection',
    parity: [10],
    server: { replies: { NOOP: ['421 bye', '250 still here'] } },
    calls: [connect, noop, noop],
  },
  {
    name: 'a 421 that nothing asked for',
    parity: [10],
    server: { replies: { NOOP: [closing('250 ok\n421 bye'), '250 still here'] } },
    calls: [connect, noop, noop, noop],
  },
]

export const connectingScenarios: readonly Scenario[] = [
  ...greetings,
  ...hosts,
  ...ports,
  ...names,
  ...reconnections,
  ...otherReconnections,
  ...notConnected,
  ...lost,
]
