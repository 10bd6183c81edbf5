import type { Judgement } from './judgement.ts'
import { Offer } from './offer.ts'
import type { ReceivedCommand } from './received.ts'
import { claimedUser, saslStep } from './sasl.ts'
import type { GivenReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'
import { isPositive, type RecipientRecord, type TransactionRecord } from './transaction-log.ts'

/** What is written down of MAIL and RCPT before their reply is decided. */
export interface Records {
  readonly transaction?: TransactionRecord
  readonly recipient?: RecipientRecord
}

export function recordsOf(command: ReceivedCommand, judgement: Judgement, session: SessionRecord): Records {
  const { path = command.argument, parameters = {} } = judgement
  const { log, state, spent, forwarded } = session
  if (command.verb === 'RCPT') {
    const beyond = judgement.faults.some(({ code }) => code === 'LIMIT_EXCEEDED')
    if ((state === 'mail' || state === 'rcpt') && !beyond) spent.addDomainOf(path)
    return { recipient: log.addRcpt(path, parameters) }
  }
  if (command.verb !== 'MAIL') return {}
  // What was part of a message the client does not know of.
  if (!command.fromContent) spent.mails += 1
  return { transaction: log.addMail(path, parameters, state === 'ready' || state === 'greeted', forwarded) }
}

/** What a reply does to the session. The code alone decides, whoever chose it. */
type Effect = (given: {
  readonly session: SessionRecord
  readonly settings: ServerSettings
  readonly command: ReceivedCommand
  readonly judgement: Judgement
  readonly records: Records
  readonly reply: GivenReply
}) => void

/** RFC 5321 §4.1.4: as RSET, and the session has begun. */
const hello: Effect = ({ session, command, reply }) => {
  if (!isPositive(reply)) return
  session.helloDone = true
  session.helloForgotten = false
  session.offered = command.verb === 'HELO' ? Offer.nothing : Offer.fromLines(reply.lines.slice(1))
  session.endTransaction()
}

/** RFC 4954 §4. */
const auth: Effect = ({ session, settings, judgement: { sasl }, reply }) => {
  const goesOn = reply.code === 334
  if (isPositive(reply) && sasl !== undefined) {
    const step = saslStep(sasl, settings)
    session.user = typeof step === 'object' && 'user' in step ? step.user : claimedUser(sasl)
  }
  session.sasl = goesOn ? (sasl ?? session.sasl) : undefined
  if (goesOn) session.state = 'auth'
  else if (session.state === 'auth') session.state = 'ready'
}

/** The effects of replies by verb, those apart that end or change the connection. */
export const effects: Readonly<Record<string, Effect>> = {
  EHLO: hello,
  HELO: hello,
  LHLO: hello,
  MAIL({ session, records: { transaction }, reply }) {
    if (transaction === undefined) return
    transaction.mail = reply
    if (isPositive(reply) && session.log.current === transaction) session.state = 'mail'
  },
  RCPT({ session, records: { recipient }, reply }) {
    if (recipient === undefined) return
    recipient.rcpt = reply
    const open = session.state === 'mail' || session.state === 'rcpt'
    if (!isPositive(reply) || !open) return
    session.log.current?.accepted.push(recipient)
    session.state = 'rcpt'
  },
  DATA({ session, reply }) {
    const { current } = session.log
    if (current !== undefined) current.data = reply
    if (reply.code === 354) session.state = 'data'
    // RFC 3030 §2 and §3: what is mixed up needs RSET.
    else if (session.state === 'chunked' || current?.body === 'BINARYMIME') spoil(session)
  },
  RSET({ session, settings, reply }) {
    if (!isPositive(reply)) return
    if (settings.quirks.forgetsHelloOnReset && session.helloDone) {
      session.helloDone = false
      session.helloForgotten = true
    }
    session.endTransaction()
  },
  AUTH: auth,
  'AUTH-RESPONSE': auth,
  /** 220 is a new greeting; 250 is what Postfix said before version 2.3, and the session goes on. */
  XCLIENT({ session, judgement: { attributes = {} }, reply }) {
    if (reply.code === 220) session.becomeAnother(attributes)
    else if (isPositive(reply)) session.client = { ...session.client, ...attributes }
  },
  XFORWARD({ session, judgement: { attributes }, reply }) {
    if (isPositive(reply)) session.forwarded = { ...session.forwarded, ...attributes }
  },
}

/** A transaction can't go on (RFC 3030 §2). Where none is open there is nothing to spoil. */
export function spoil(session: SessionRecord): void {
  if (['mail', 'rcpt', 'chunk', 'chunked'].includes(session.state)) session.state = 'resetDue'
}
