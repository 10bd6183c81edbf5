import { DataEncoder, type RecipientOutcome } from '@sansmtp/core'
import {
  type ClientViolation,
  type GivenReply,
  joined,
  type Policy,
  type PolicyAnswer,
  type ReceivedTransaction,
  type RecipientTruth,
} from '@sansmtp/testkit'
import type { PlayedMailing } from './mailings.ts'

/** Verbs whose replies say more than their code. */
const left: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO', 'greeting'])

/** The policy, its replies numbered, so that no two are alike and each is known to answer one thing. */
export function numbered(policy: Policy, name = 'reply'): Policy {
  let replies = 0
  return (moment) => {
    const answer = policy(moment)
    if (left.has(moment.type === 'command' ? moment.verb : moment.type)) return answer
    return withText(answer ?? moment.usual.code, () => {
      replies += 1
      return `${name} ${replies}`
    })
  }
}

function withText(answer: PolicyAnswer, text: () => string): PolicyAnswer {
  if (typeof answer === 'number') return { code: answer, lines: text() }
  return typeof answer === 'object' && 'code' in answer ? { ...answer, lines: text() } : answer
}

/** What the server did when one recipient of a mail object was named to it. */
interface Attempt {
  readonly transaction: ReceivedTransaction
  readonly recipient: RecipientTruth | undefined
}

/** What was told and is not true. Mails must be distinct, and replies numbered. */
export function mailingLies(played: PlayedMailing): readonly object[] {
  return played.reports.flatMap(({ mail, result }, i) =>
    result.outcomes.flatMap((outcome, position) => {
      const { from, to } = mail.envelope
      const path = to[position]?.mailbox ?? ''
      const attempts = attemptsFor(played, from.mailbox, path)
      const stored = storedFor(played, from.mailbox, path)
      const why =
        whyUntrue(outcome, attempts, stored.length) ??
        (stored.some((content) => !isSame(content, mail.content as Uint8Array))
          ? 'another content is stored'
          : undefined) ??
        (outcome.status === 'unknown' ? whyNotUnknown(played, mail.content, attempts) : undefined)
      return why === undefined
        ? []
        : [{ mail: i, position, why, outcome: `${outcome.status} ${outcome.reply} by ${outcome.decidedBy}` }]
    }),
  )
}

/** The worst of them: what was said to be stored and is not, the other way round, or is twice, or is something else. */
export function mailingFalsehoods(played: PlayedMailing): readonly object[] {
  return mailingLies(played).filter((lie) => 'why' in lie && /stored/.test(String(lie.why)))
}

function attemptsFor({ servers }: PlayedMailing, from: string, path: string): readonly Attempt[] {
  return servers
    .flatMap(({ transactions }) => transactions)
    .filter((transaction) => transaction.from === from)
    .map((transaction) => ({
      transaction,
      recipient: transaction.recipients.find((recipient) => recipient.path === path),
    }))
}

/** Each content that a server has for that recipient. */
export function storedFor(
  { servers }: Pick<PlayedMailing, 'servers'>,
  from: string,
  path: string,
): readonly Uint8Array[] {
  return servers
    .flatMap(({ messages }) => messages)
    .filter((message) => message.from === from && message.recipients.includes(path))
    .map(({ content }) => content)
}

function whyUntrue(
  { status, reply, decidedBy }: RecipientOutcome,
  attempts: readonly Attempt[],
  stored: number,
): string | undefined {
  if (stored > 1) return 'stored more than once'
  if (status === 'unknown') return reply === undefined ? undefined : 'a reply is in hand'
  if (status === 'accepted' ? stored === 0 : stored > 0) return `stored ${stored} times`
  if (status === 'notSent') return reply === undefined ? undefined : 'a reply is in hand'
  if (reply === undefined) return 'no reply'
  if (reply.severity !== { accepted: 2, rejected: 5, deferred: 4 }[status]) return 'a reply of another class'
  // What closes the connection answers for everything.
  if (reply.code === 421) return undefined
  const given = attempts.flatMap((attempt) => repliesTo(decidedBy, attempt))
  return given.some((each) => each?.code === reply.code && isTextOf(reply.text, each))
    ? undefined
    : `the server gave no such reply to ${decidedBy}`
}

/** With an enhanced code, where those are offered. */
function isTextOf(text: string, { lines, enhancedCode }: GivenReply): boolean {
  return text === lines.join() || text === `${enhancedCode} ${lines.join()}`
}

function repliesTo(
  decidedBy: RecipientOutcome['decidedBy'],
  { transaction, recipient }: Attempt,
): readonly (GivenReply | undefined)[] {
  switch (decidedBy) {
    case 'MAIL':
      return [transaction.mail]
    case 'RCPT':
      return [recipient?.rcpt]
    case 'DATA':
      return [transaction.data]
    case 'CONTENT':
      return [recipient?.content, recipient?.overall, ...transaction.chunks]
    default:
      return []
  }
}

/** `unknown` is only what was sent to its end, and not decided by what the client has heard. */
function whyNotUnknown({ handed, heard }: PlayedMailing, content: unknown, attempts: readonly Attempt[]) {
  if (!handed.includes(content)) return 'not handed over to its end'
  // With PRDR it is the reply for all that decides. A chunk that is refused over LMTP has the same reply for everybody.
  const decisive = attempts.map(({ transaction: { prdr, chunks }, recipient }) => {
    const reply = prdr === undefined ? recipient?.content : recipient?.overall
    return chunks.some((chunk) => chunk === reply) ? undefined : reply
  })
  return decisive.some(
    (each) => each !== undefined && each.code !== 421 && heard.some(({ text }) => isTextOf(text, each)),
  )
    ? 'its reply was heard'
    : undefined
}

function isSame(stored: Uint8Array, content: Uint8Array): boolean {
  const [one, other] = [canonical(stored), canonical(content)]
  return one.length === other.length && one.every((octet, i) => octet === other[i])
}

function canonical(message: Uint8Array): Uint8Array {
  const encoder = new DataEncoder()
  return joined([encoder.encode(message), encoder.finish()])
}

/** What the client has done against the rules, and not the message that it was given. */
export function mailingViolations({ servers }: Pick<PlayedMailing, 'servers'>): readonly ClientViolation[] {
  return servers.flatMap(({ violations }) =>
    violations.filter(({ code }) => code !== 'TEXT_LINE_TOO_LONG' && code !== 'NUL'),
  )
}
