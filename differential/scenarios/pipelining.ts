import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, octetwise, type Reply } from '../server/answer.ts'
import { bob, connect, eve, joe, noop, offering, sendMail } from './vocabulary.ts'

type Replies = Readonly<Record<string, Reply | readonly Reply[]>>

function pipelining(name: string, parity: readonly number[], replies: Replies, ...calls: readonly Call[]): Scenario {
  return {
    name: `PIPELINING: ${name}`,
    parity,
    server: { replies: { EHLO: offering('PIPELINING', 'SIZE'), ...replies }, ordered: true },
    calls: [connect, ...calls],
  }
}

const toThree = sendMail({ to: [bob, eve, joe] })

export const pipeliningScenarios: readonly Scenario[] = [
  pipelining('nothing refused', [24], {}, toThree, sendMail(), noop),
  pipelining('replies octet by octet', [24], { RCPT: octetwise('250 ok') }, toThree, noop),
  pipelining('one of three refused', [24], { RCPT: ['250 ok', '550 no', '250 ok'] }, toThree, noop),
  pipelining('content refused', [25], { CONTENT: ['554 no', '250 ok'] }, toThree, sendMail(), noop),
  pipelining('all refused', [24], { RCPT: ['550 no', '450 later', '551 no', '250 ok'] }, toThree, sendMail(), noop),
  pipelining('the only recipient refused', [24], { RCPT: '550 no' }, sendMail(), noop),
  pipelining('MAIL refused', [23], { MAIL: ['550 no', '250 ok'] }, toThree, sendMail(), noop),
  pipelining('DATA refused', [25], { DATA: ['451 later', '354 go'] }, toThree, sendMail(), noop),
  pipelining('421 to MAIL', [23], { MAIL: closing('421 bye') }, toThree, noop),
  pipelining('421 to the second RCPT', [24], { RCPT: ['550 no', closing('421 bye')] }, toThree, noop),
  pipelining('421 to DATA', [25], { DATA: closing('421 bye') }, toThree, noop),
  pipelining('421 to the content', [25], { CONTENT: closing('421 bye') }, toThree, noop),
  pipelining('the end instead of a reply to the second RCPT', [24], { RCPT: ['250 ok', hangsUp] }, toThree, noop),
  pipelining('the end instead of a reply to the content', [25], { CONTENT: hangsUp }, toThree, noop),
  {
    name: 'PIPELINING: content is asked for though nobody was accepted',
    parity: [24],
    server: { replies: { EHLO: offering('PIPELINING'), RCPT: ['550 no', '250 ok'] } },
    calls: [connect, sendMail(), sendMail(), noop],
  },
]
