import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, inPieces, type Reply } from '../server/answer.ts'
import { bob, connectLmtp, data, ehlo, eve, joe, mail, noop, offering, quit, rcpt, sendMail } from './vocabulary.ts'

type Replies = Readonly<Record<string, Reply | readonly Reply[]>>

function delivering(name: string, replies: Replies, ...calls: readonly Call[]): Scenario {
  return {
    name: `LMTP: ${name}`,
    parity: [27],
    protocol: 'lmtp',
    server: { replies: { LHLO: offering('SIZE'), ...replies } },
    calls: [connectLmtp, ...calls],
  }
}

const toTwo = sendMail({ to: [bob, eve] })
const toThree = sendMail({ to: [bob, eve, joe] })

export const lmtpScenarios: readonly Scenario[] = [
  delivering('one recipient', {}, sendMail(), sendMail(), quit),
  { ...delivering('one recipient, over a socket', {}, sendMail(), quit), listens: 'unix' },
  delivering('one recipient, refused after the content', { CONTENT: ['552 full', '250 ok'] }, sendMail(), sendMail()),
  delivering('one recipient, refused for now after the content', { CONTENT: '451 later' }, sendMail(), noop),
  delivering('one recipient, no reply after the content', { CONTENT: hangsUp }, sendMail(), noop),
  delivering('one recipient, 421 after the content', { CONTENT: closing('421 bye') }, sendMail(), noop),
  delivering('one of two accepted', { RCPT: ['550 nobody', '250 ok'] }, toTwo, noop),
  delivering('all refused', { RCPT: '550 nobody' }, toTwo, noop),
  delivering('MAIL refused', { MAIL: '550 no' }, sendMail(), noop),
  delivering('two recipients', {}, toTwo, noop, quit),
  delivering('two recipients, the second refused after the content', { CONTENT: ['250 ok', '552 full'] }, toTwo, noop),
  delivering('two recipients, the first refused after the content', { CONTENT: ['552 full', '250 ok'] }, toTwo, noop),
  delivering(
    'three recipients, one refused before and one after',
    { RCPT: ['250 ok', '550 no', '250 ok'], CONTENT: ['250 ok', '552 full'] },
    toThree,
    noop,
  ),
  delivering('two recipients, both refused after the content', { CONTENT: ['552 full', '451 later'] }, toTwo, noop),
  delivering('two recipients, the end after the first reply', { CONTENT: ['250 ok', hangsUp] }, toTwo, noop),
  delivering(
    'two recipients, replies in pieces',
    { CONTENT: [inPieces('250-one\n250 two', 3, 9), '250 ok'] },
    toTwo,
    noop,
  ),
  delivering('DATA by itself: one recipient', {}, ehlo, mail(), rcpt(), data(), noop),
  delivering(
    'DATA by itself: two recipients',
    { CONTENT: ['250 one', '552 two'] },
    ehlo,
    mail(),
    rcpt(),
    rcpt(eve),
    data(),
    noop,
  ),
  delivering('DATA by itself: refused', { DATA: '554 no' }, ehlo, mail(), rcpt(), data(), noop),
]
