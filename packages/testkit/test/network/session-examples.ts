import {
  type ClientConnection,
  type Envelope,
  open,
  quit,
  type RecipientOutcome,
  type TransactionResult,
  transact,
} from '@sansmtp/core'
import {
  arbitraries,
  type ClientViolation,
  type NetworkPlan,
  noExtensions,
  type ReceivedTransaction,
  ServerConnection,
  VirtualClient,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { opening } from './sessions.ts'

/** A whole session: who speaks what, over what network, with what server. */
export interface SessionExample {
  readonly protocol: 'smtp' | 'lmtp'
  readonly pipelining: boolean
  readonly tls: boolean
  readonly plan: NetworkPlan
  readonly policy: arbitraries.PolicyExample
  readonly envelopes: readonly Envelope[]
  readonly message: Uint8Array
}

/** Sessions of up to three messages; `broken` ones over networks and with servers that may break off anywhere. */
export function sessionExample(broken: boolean): fc.Arbitrary<SessionExample> {
  return fc.record({
    protocol: fc.constantFrom('smtp', 'lmtp'),
    pipelining: fc.boolean(),
    tls: fc.boolean(),
    plan: arbitraries.networkPlan({ cuts: broken, failingTls: broken }),
    policy: arbitraries.serverPolicy({ disruptions: broken }),
    envelopes: fc.array(arbitraries.envelope({ maxRecipients: 4 }), { minLength: 1, maxLength: 3 }),
    // Short, since now and then every octet travels by itself.
    message: arbitraries.message().map((message) => message.slice(0, 200)),
  })
}

export function serverOf({ protocol, pipelining, policy }: SessionExample): ServerConnection {
  return new ServerConnection({
    protocol,
    extensions: {
      ...noExtensions,
      PIPELINING: pipelining,
      '8BITMIME': true,
      SMTPUTF8: true,
      STARTTLS: true,
      SIZE: true,
    },
    policy: arbitraries.policyOf(policy),
  })
}

/** How a session went, for both sides. */
export interface PlayedSession {
  readonly server: ServerConnection
  readonly client: VirtualClient
  /** Why it did not open, if it did not. */
  readonly openingError: unknown
  /** For each envelope that was tried. */
  readonly results: readonly TransactionResult[]
}

/** Plays a session in virtual time, as far as it gets; each message is given up after so many milliseconds, if at all. */
export function play(example: SessionExample, giveUpAfter?: number): PlayedSession {
  const server = serverOf(example)
  const { protocol, plan, message, tls } = example
  const client = new VirtualClient({ server, protocol, plan })
  const startTls = tls ? 'required' : 'off'
  const { error: openingError } = client.run((connection) => open(connection, { ...opening, startTls }))
  const results: TransactionResult[] = []
  for (const envelope of example.envelopes) {
    if (openingError !== undefined || !isUsable(client.connection)) break
    const flow = giveUpAfter === undefined ? { message } : { message, abortAfter: giveUpAfter }
    results.push(client.run((connection) => transact(connection, envelope), flow).result)
  }
  if (client.connection.can('QUIT')) client.run(quit)
  return { server, client, openingError, results }
}

function isUsable({ state }: ClientConnection): boolean {
  return !['closing', 'closed', 'failed'].includes(state)
}

/** The status that the server's replies make, where all of them were said: the first refusal, else the last word. */
export function statusOf(transaction: ReceivedTransaction | undefined, recipient: number): RecipientOutcome['status'] {
  const { rcpt, content } = transaction?.recipients[recipient] ?? {}
  for (const reply of [transaction?.mail, rcpt, transaction?.data, content]) {
    if (reply !== undefined && reply.code >= 400) return reply.code < 500 ? 'deferred' : 'rejected'
  }
  return content === undefined ? 'notSent' : 'accepted'
}

/** Whether an outcome may be told, given what the server did and that the client may not have heard of it. */
export function isTrue(
  { status, reply }: RecipientOutcome,
  transaction: ReceivedTransaction | undefined,
  recipient: number,
): boolean {
  const truth = transaction?.recipients[recipient]
  if (status === 'unknown' || status === 'notSent')
    return reply === undefined && (status === 'unknown' || !truth?.delivered)
  if (status === 'accepted') return truth?.delivered === true && truth.content?.code === reply?.code
  // 421 may come at any time, and then it answers for everything.
  const given = [transaction?.mail, truth?.rcpt, transaction?.data, truth?.content].map((each) => each?.code)
  const fits = reply?.severity === (status === 'rejected' ? 5 : 4) && [...given, 421].includes(reply.code)
  return fits && !truth?.delivered
}

/** What was told of a recipient and is not true. */
export function liesOf({ server, results }: Pick<PlayedSession, 'server' | 'results'>): readonly object[] {
  return results.flatMap(({ outcomes }, transaction) =>
    outcomes.flatMap((outcome, recipient) => {
      const truth = server.transactions[transaction]
      return isTrue(outcome, truth, recipient) ? [] : [{ transaction, recipient, outcome, truth }]
    }),
  )
}

/** What the client has done against the rules, and not the message that it was given. */
export function clientsViolations({ violations }: ServerConnection): readonly ClientViolation[] {
  return violations.filter(({ code }) => code !== 'TEXT_LINE_TOO_LONG' && code !== 'NUL')
}
