import type { SendMailCall } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, octetwise, type Reply } from '../server/answer.ts'
import { bob, connect, data, ehlo, eve, joe, mail, noop, offering, rcpt, sendMail } from './vocabulary.ts'

type Replies = Readonly<Record<string, Reply | readonly Reply[]>>

/** To a server that offers SIZE. Whatever comes of it, a second message shows what the session is good for. */
function sending(name: string, row: number, replies: Replies, given: Partial<SendMailCall> = {}): Scenario {
  return {
    name,
    parity: [row],
    server: { replies: { EHLO: offering('SIZE'), ...replies } },
    calls: [connect, sendMail(given), sendMail()],
  }
}

const senders: readonly Scenario[] = [
  sending('MAIL refused', 23, { MAIL: ['550 5.7.1 not you', '250 ok'] }),
  sending('MAIL refused for now', 23, { MAIL: ['450 later', '250 ok'] }),
  sending('MAIL refused in several lines', 23, { MAIL: ['550-not\n550 you', '250 ok'] }),
  sending('MAIL gets 421', 23, { MAIL: '421 bye' }),
  sending('MAIL gets 421 and the end', 23, { MAIL: closing('421 bye') }),
  sending('MAIL gets no reply', 23, { MAIL: hangsUp }),
  sending('MAIL refused, and RSET too', 23, { MAIL: ['550 no', '250 ok'], RSET: '500 what' }),
  sending('MAIL refused, and RSET gets no reply', 23, { MAIL: '550 no', RSET: hangsUp }),
  sending('MAIL refused, and RSET gets 421', 23, { MAIL: '550 no', RSET: closing('421 bye') }),
  sending('MAIL gets 251', 23, { MAIL: '251 elsewhere' }),
  sending('MAIL gets 252', 23, { MAIL: '252 perhaps' }),
  sending('the null sender refused', 23, { MAIL: ['550 no bounces', '250 ok'] }, { from: '' }),
  sending('a sender with a name refused', 23, { MAIL: ['550 no', '250 ok'] }, { from: 'Ann <ann@a.example>' }),
  {
    name: 'MAIL by itself: twice',
    parity: [23],
    server: { replies: { MAIL: ['250 ok', '503 already'] } },
    calls: [connect, ehlo, mail(), mail('joe@j.example'), rcpt(), data()],
  },
  {
    name: 'sendMail amid a transaction',
    parity: [23],
    server: {},
    calls: [connect, ehlo, mail('joe@j.example'), rcpt(eve), sendMail()],
  },
  {
    name: 'MAIL by itself: refused, then accepted',
    parity: [23],
    server: { replies: { MAIL: ['550 no', '250 ok'] } },
    calls: [connect, ehlo, mail(), mail('joe@j.example'), rcpt(), data()],
  },
]

const three = { to: [bob, eve, joe] }

const recipients: readonly Scenario[] = [
  sending('three recipients', 24, {}, three),
  sending('one recipient as a text', 24, {}, { to: bob }),
  sending('one of three refused', 24, { RCPT: ['250 ok', '550 5.1.1 nobody', '250 ok'] }, three),
  sending('two of three refused', 24, { RCPT: ['550 nobody', '450 later', '250 ok'] }, three),
  sending('all of three refused', 24, { RCPT: ['550 nobody', '450 later', '552 full', '250 ok'] }, three),
  sending('the only recipient refused', 24, { RCPT: ['550 nobody', '250 ok'] }),
  sending('a recipient refused in several lines', 24, { RCPT: ['550-no\n550 body', '250 ok'] }, three),
  sending(
    'all refused, and RSET too',
    24,
    { RCPT: ['550 nobody', '550 nobody', '550 nobody', '250 ok'], RSET: '500 what' },
    three,
  ),
  sending('all refused, and RSET gets no reply', 24, { RCPT: '550 nobody', RSET: hangsUp }, three),
  sending('251 to RCPT', 24, { RCPT: '251 elsewhere' }, three),
  sending('252 to RCPT', 24, { RCPT: '252 perhaps' }),
  sending('252 to one RCPT of three', 24, { RCPT: ['250 ok', '252 perhaps', '250 ok'] }, three),
  sending('no recipients', 24, {}, { to: [] }),
  sending('421 to the first RCPT', 24, { RCPT: '421 bye' }, three),
  sending('421 to the second RCPT', 24, { RCPT: ['250 ok', '421 bye'] }, three),
  sending('421 to the second RCPT, the first refused', 24, { RCPT: ['550 nobody', '421 bye'] }, three),
  sending('421 and the end to the last RCPT', 24, { RCPT: ['550 nobody', '250 ok', closing('421 bye')] }, three),
  sending('no reply to the first RCPT', 24, { RCPT: hangsUp }, three),
  sending('no reply to the second RCPT', 24, { RCPT: ['250 ok', hangsUp] }, three),
  sending('the same recipient twice', 24, {}, { to: [bob, bob] }),
  sending('the same recipient twice, refused once', 24, { RCPT: ['250 ok', '550 again'] }, { to: [bob, bob] }),
  sending(
    'the same recipient twice, refused twice',
    24,
    { RCPT: ['550 no', '551 again', '250 ok'] },
    { to: [bob, bob] },
  ),
  sending(
    'the same recipient twice among others, refused twice',
    24,
    { RCPT: ['550 no', '250 ok', '550 again'] },
    { to: [bob, eve, bob] },
  ),
  sending(
    'a recipient with a name refused',
    24,
    { RCPT: ['550 nobody', '250 ok'] },
    { to: ['Bob <bob@b.example>', eve] },
  ),
  sending('recipients with and without brackets', 24, {}, { to: [bob, '<eve@e.example>', 'Joe <joe@j.example>'] }),
  {
    name: 'a hundred recipients',
    parity: [24],
    server: { replies: { RCPT: [...Array.from({ length: 50 }, (_, i) => (i % 2 ? '250 ok' : '550 no')), '250 ok'] } },
    calls: [connect, sendMail({ to: Array.from({ length: 100 }, (_, i) => `user${i}@b.example`) })],
  },
  {
    name: 'RCPT by itself: before MAIL',
    parity: [24],
    server: { ordered: true },
    calls: [connect, ehlo, rcpt(), noop],
  },
  {
    name: 'RCPT by itself: after a refused MAIL',
    parity: [24],
    server: { replies: { MAIL: '550 no' }, ordered: true },
    calls: [connect, ehlo, mail(), rcpt(), noop],
  },
  {
    name: 'RCPT by itself: refused, then accepted',
    parity: [24],
    server: { replies: { RCPT: ['550 no', '250 ok'] } },
    calls: [connect, ehlo, mail(), rcpt(), rcpt(eve), data(), noop],
  },
  {
    name: 'replies octet by octet',
    parity: [24],
    server: {
      replies: { MAIL: octetwise('250-sender\n250 ok'), RCPT: [octetwise('550-no\n550 body'), octetwise('250 ok')] },
    },
    calls: [connect, sendMail({ to: [bob, eve] })],
  },
]

const answersToContent: readonly Scenario[] = [
  sending('content refused', 25, { CONTENT: ['554 5.6.0 no', '250 ok'] }),
  sending('content refused for now', 25, { CONTENT: ['451 later', '250 ok'] }),
  sending('content gets 421', 25, { CONTENT: '421 bye' }),
  sending('content gets 421 and the end', 25, { CONTENT: closing('421 bye') }),
  sending('content gets no reply', 25, { CONTENT: hangsUp }),
  sending('content gets 251', 25, { CONTENT: ['251 fine', '250 ok'] }),
  sending('content gets several lines', 25, { CONTENT: '250-taken\n250 queued' }),
  sending(
    'content refused, one recipient before',
    25,
    { RCPT: ['550 no', '250 ok'], CONTENT: ['554 no', '250 ok'] },
    three,
  ),
  sending('content refused, and RSET gets no reply', 25, { CONTENT: '554 no', RSET: hangsUp }),
  sending('DATA refused', 25, { DATA: ['554 no', '354 go'] }),
  sending('DATA refused for now', 25, { DATA: ['451 later', '354 go'] }),
  sending(
    'DATA refused, and RSET too',
    25,
    { MAIL: ['250 ok', '503 already'], DATA: ['451 later', '354 go'], RSET: '500 what' },
    // The second message is not for her.
    { to: [eve] },
  ),
  sending('DATA gets 421', 25, { DATA: '421 bye' }),
  sending('DATA gets 421 and the end', 25, { DATA: closing('421 bye') }),
  sending('DATA gets no reply', 25, { DATA: hangsUp }),
  sending('DATA gets 250', 25, { DATA: ['250 fine', '354 go'] }),
  sending('DATA gets several lines', 25, { DATA: '354-go\n354 ahead' }),
  {
    name: 'DATA by itself: refused',
    parity: [25],
    server: { replies: { DATA: ['554 no', '354 go'] } },
    calls: [connect, ehlo, mail(), rcpt(), data(), noop],
  },
  {
    name: 'DATA by itself: gets 250',
    parity: [25],
    server: { replies: { DATA: '250 fine' } },
    calls: [connect, ehlo, mail(), rcpt(), data(), noop],
  },
  {
    name: 'DATA by itself: before RCPT',
    parity: [25],
    server: { ordered: true },
    calls: [connect, ehlo, mail(), data(), noop],
  },
  {
    name: 'DATA by itself: after a refused RCPT',
    parity: [25],
    server: { replies: { RCPT: '550 nobody' }, ordered: true },
    calls: [connect, ehlo, mail(), rcpt(), data(), noop],
  },
  {
    name: 'DATA by itself: content refused',
    parity: [25],
    server: { replies: { CONTENT: '554 no' } },
    calls: [connect, ehlo, mail(), rcpt(), data(), noop],
  },
  {
    name: 'DATA by itself: content gets no reply',
    parity: [25],
    server: { replies: { CONTENT: hangsUp } },
    calls: [connect, ehlo, mail(), rcpt(), data(), noop],
  },
]

export const sendingScenarios: readonly Scenario[] = [...senders, ...recipients, ...answersToContent]
