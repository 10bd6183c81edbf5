import type { Delivery, RecipientReport } from '@sansmtp/node'
import { addresses, from } from './behaviour/subject.ts'
import { MarkedMessage } from './marked-message.ts'

type Status = RecipientReport['status']

/** A kind of delivery: who sends, and what becomes of whom, by local parts. */
export interface Kind {
  readonly sender?: string
  readonly to: Readonly<Record<string, Status>>
}

/** Whom all deliveries that arrive arrive at. */
export const receiver = 'ok3'

const good: readonly Kind[] = [
  { to: { ok3: 'accepted' } },
  { to: { rej: 'rejected', ok3: 'accepted', tmp: 'deferred' } },
  { to: { ok3: 'accepted' } },
]
const refusedSender: Kind = { sender: 'rejfrom', to: { ok3: 'rejected', ok2: 'rejected' } }
const refusedRecipients: Kind = { to: { tmp: 'deferred', unknown: 'rejected' } }

/** Most are taken; some are refused at each point where a server can. */
export const smtpKinds: readonly Kind[] = [...good, refusedSender, ...good, refusedRecipients]

/** The same without a refused sender. */
export const kindsByGoodSenders: readonly Kind[] = [...good, ...good, refusedRecipients]

/** The same where few are refused as a whole. */
export const kindsRarelyRefused: readonly Kind[] = [...good, ...good, ...good, refusedSender, ...good, ...good, ...good]

/** With refusals after the content too. */
export const lmtpKinds: readonly Kind[] = [
  { to: { ok3: 'accepted' } },
  { to: { unknown: 'rejected', ok3: 'accepted', later: 'deferred' } },
  { to: { ok3: 'accepted' } },
  { to: { full: 'rejected', ok3: 'accepted' } },
  { to: { unknown: 'rejected' } },
  { to: { ok3: 'accepted' } },
  { to: { later: 'deferred' } },
]

interface KnownDelivery {
  readonly kind: Kind
  readonly marked: MarkedMessage
  readonly delivery: Delivery
}

/** Deliveries of each kind in turn, each with a message of its own, some of them as streams. */
export function manyDeliveries(count: number, kinds: readonly Kind[]): readonly KnownDelivery[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length] as Kind
    const marked = new MarkedMessage({ body: `.${i}\r\n`.repeat(1 + (i % 50)) })
    const { sender, to } = kind
    const delivery = {
      from: sender === undefined ? from : `${sender}@example.test`,
      to: addresses(...Object.keys(to)),
      message: i % 10 === 9 ? marked.pieces(7) : marked.message,
    }
    return { kind, marked, delivery }
  })
}

/** What became of each recipient, by local part. */
export function statuses(recipients: readonly RecipientReport[]): Record<string, Status> {
  return Object.fromEntries(recipients.map(({ address, status }) => [address.replace('@example.test', ''), status]))
}
