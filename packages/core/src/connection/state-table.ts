import type { Verb } from '../wire/index.ts'
import type { TimeoutPhase } from './timeouts.ts'

/**
 * Where a session stands (RFC 5321 §3, §4.1.4). A state is left when the reply that decides it has been told to
 * the caller, never earlier.
 *
 * - `greeting`: the server's first words are due
 * - `refused`: it greeted with 4xx or 5xx; only QUIT is left
 * - `greeted`: EHLO (LHLO) is due
 * - `ready`: no transaction is open
 * - `mail`: MAIL was accepted, no recipient yet
 * - `rcpt`: at least one recipient was accepted
 * - `data`: 354 came; the content may be sent
 * - `dataSent`: the content is out and its reply is due
 * - `resetDue`: a chunk was refused, and nobody knows where that leaves the transaction: RSET is due (RFC 3030 §2)
 * - `auth`: a challenge came; its response is due
 * - `startTls`: TLS is being established
 * - `closing`: the connection is to be closed
 * - `closed`, `failed`: it has ended
 */
export const states = [
  'greeting',
  'refused',
  'greeted',
  'ready',
  'mail',
  'rcpt',
  'data',
  'dataSent',
  'resetDue',
  'auth',
  'startTls',
  'closing',
  'closed',
  'failed',
] as const

export type State = (typeof states)[number]

/**
 * The first digit decides (RFC 5321 §4.3.2). Three codes are told apart from the rest of their class, since a client
 * goes on differently: 334, 354, and 353 of PRDR. (421 is special too; it closes whatever it answers.)
 */
export const replyClasses = ['2xx', '334', '353', '354', '3xx', '4xx', '5xx'] as const

export type ReplyClass = (typeof replyClasses)[number]

/** What a reply can answer: a command, the connection itself, content, or a chunk of it that is not the last. */
export type ExchangeName = Verb | 'GREETING' | 'CONTENT' | 'CHUNK'

export interface ExchangeRule {
  /** The states in which the caller may start the exchange, all that was sent before having succeeded. */
  readonly legalIn: readonly State[]
  /** The class of reply that is assumed while the reply is out, so that more can be queued behind. */
  readonly expects: ReplyClass
  /** For each class of reply, from which state to which. What is not listed no server may answer. */
  readonly replies: Readonly<Partial<Record<ReplyClass, Transitions>>>
  /** No command leaves before the reply to this one has come (RFC 2920 §3.1). */
  readonly endsGroup: boolean
  /** It has no reply of its own: content follows at once, and is what is answered (RFC 3030 §2). */
  readonly opensContent?: true
  /** Must not be queued behind anything: it answers what the server said last. */
  readonly alone?: true
  /** Belongs to the transaction of the MAIL before it: where that could not be sent, this is not sent either. */
  readonly ofTransaction?: true
  /** The one 2xx that means success; any other changes nothing. */
  readonly succeedsWith?: number
  /** The EHLO keyword without which the exchange can't be. */
  readonly requires?: string
  /** How long its reply is waited for. */
  readonly phase: TimeoutPhase
}

export type Transitions = Readonly<Partial<Record<State, State>>>

const inSession = ['greeted', 'ready', 'mail', 'rcpt'] as const

/** Where RSET, EHLO and QUIT are legal. */
const inSessionOrReset = [...inSession, 'resetDue'] as const

/** A reply that leaves the state as it is. */
const unchanged: Transitions = {
  greeted: 'greeted',
  ready: 'ready',
  mail: 'mail',
  rcpt: 'rcpt',
  resetDue: 'resetDue',
}
const refusals = { '4xx': unchanged, '5xx': unchanged } as const

/**
 * To another state from where no transaction is open. Also from `resetDue`: what was sent behind content that is then
 * refused may find a server that has cleared it away by itself.
 */
const outsideTransaction = (to: State): Transitions => ({ ready: to, resetDue: to })

/** A chunk refused, with whatever became of MAIL and RCPT before it. */
const chunkRefused: Transitions = { ready: 'resetDue', mail: 'resetDue', rcpt: 'resetDue', resetDue: 'resetDue' }

const hello: ExchangeRule = {
  legalIn: inSessionOrReset,
  expects: '2xx',
  // RFC 5321 §4.1.4: an accepted EHLO amid a transaction clears it, a refused one changes nothing.
  replies: {
    '2xx': { greeted: 'ready', ready: 'ready', mail: 'ready', rcpt: 'ready', resetDue: 'ready' },
    ...refusals,
  },
  endsGroup: true,
  phase: 'hello',
}

/** Legal at any time in a session, EHLO or not (RFC 5321 §4.1.4), and without effect on it. */
const question: ExchangeRule = {
  legalIn: inSession,
  expects: '2xx',
  replies: { '2xx': unchanged, ...refusals },
  endsGroup: true,
  phase: 'command',
}

const parting: Transitions = {
  refused: 'closing',
  greeted: 'closing',
  ready: 'closing',
  mail: 'closing',
  rcpt: 'closing',
  resetDue: 'closing',
}

/** The whole truth about what is legal when, and what each class of reply does. */
export const stateTable: Readonly<Record<ExchangeName, ExchangeRule>> = {
  GREETING: {
    legalIn: [],
    expects: '2xx',
    replies: { '2xx': { greeting: 'greeted' }, '4xx': { greeting: 'refused' }, '5xx': { greeting: 'refused' } },
    endsGroup: true,
    phase: 'greeting',
  },
  EHLO: hello,
  HELO: hello,
  LHLO: hello,
  MAIL: {
    legalIn: ['ready'],
    expects: '2xx',
    replies: { '2xx': outsideTransaction('mail'), ...refusals },
    endsGroup: false,
    phase: 'mail',
  },
  RCPT: {
    legalIn: ['mail', 'rcpt'],
    expects: '2xx',
    replies: { '2xx': { mail: 'rcpt', rcpt: 'rcpt' }, ...refusals },
    endsGroup: false,
    ofTransaction: true,
    phase: 'rcpt',
  },
  DATA: {
    legalIn: ['rcpt'],
    expects: '354',
    // RFC 2920 §3.1: a server may answer 354 although everything before it was refused.
    replies: { '354': { ready: 'data', mail: 'data', rcpt: 'data' }, ...refusals },
    endsGroup: true,
    ofTransaction: true,
    phase: 'data',
  },
  BDAT: {
    legalIn: ['rcpt'],
    expects: '354',
    replies: {},
    endsGroup: false,
    opensContent: true,
    ofTransaction: true,
    requires: 'CHUNKING',
    phase: 'content',
  },
  CHUNK: {
    legalIn: [],
    expects: '2xx',
    // RFC 3030 §2: those behind a refused one are in flight already, and refused as well.
    replies: { '2xx': unchanged, '4xx': chunkRefused, '5xx': chunkRefused },
    endsGroup: false,
    phase: 'termination',
  },
  CONTENT: {
    legalIn: ['dataSent'],
    expects: '2xx',
    // Behind DATA it is `dataSent` that is left; behind BDAT whatever MAIL and RCPT have led to. Nobody can tell what a
    // server has taken that accepts the last chunk and refused one before.
    replies: {
      '2xx': { dataSent: 'ready', ready: 'ready', mail: 'ready', rcpt: 'ready' },
      '353': { dataSent: 'dataSent', rcpt: 'rcpt' },
      // A refusal ahead of the content's end leaves no way to tell where the server reads commands again.
      '4xx': { dataSent: 'ready', data: 'closing', ...chunkRefused },
      '5xx': { dataSent: 'ready', data: 'closing', ...chunkRefused },
    },
    // RFC 2920 §3.1: the next group may follow the content at once.
    endsGroup: false,
    phase: 'termination',
  },
  RSET: {
    legalIn: inSessionOrReset,
    expects: '2xx',
    replies: {
      '2xx': { greeted: 'greeted', ready: 'ready', mail: 'ready', rcpt: 'ready', resetDue: 'ready' },
      ...refusals,
    },
    endsGroup: false,
    phase: 'command',
  },
  NOOP: question,
  HELP: question,
  VRFY: question,
  EXPN: question,
  ETRN: question,
  OTHER: {
    ...question,
    replies: {
      '2xx': unchanged,
      '334': unchanged,
      '353': unchanged,
      '354': unchanged,
      '3xx': unchanged,
      ...refusals,
    },
  },
  // Postfix's, outside transactions. As if the connection had just been made by whom it names.
  XCLIENT: {
    legalIn: ['ready'],
    expects: '2xx',
    replies: { '2xx': outsideTransaction('greeted'), ...refusals },
    endsGroup: true,
    succeedsWith: 220,
    requires: 'XCLIENT',
    phase: 'greeting',
  },
  XFORWARD: { ...question, legalIn: ['ready'], requires: 'XFORWARD' },
  STARTTLS: {
    legalIn: ['ready'],
    expects: '2xx',
    replies: { '2xx': outsideTransaction('startTls'), ...refusals },
    endsGroup: true,
    // RFC 3207 §4. Behind a 250 from a server that says so to anything nobody waits for a handshake.
    succeedsWith: 220,
    requires: 'STARTTLS',
    phase: 'startTls',
  },
  AUTH: {
    legalIn: ['ready'],
    expects: '334',
    replies: { '2xx': outsideTransaction('ready'), '334': outsideTransaction('auth'), ...refusals },
    endsGroup: true,
    requires: 'AUTH',
    phase: 'auth',
  },
  'AUTH-RESPONSE': {
    legalIn: ['auth'],
    expects: '334',
    replies: {
      '2xx': { auth: 'ready' },
      '334': { auth: 'auth' },
      '4xx': { auth: 'ready' },
      '5xx': { auth: 'ready' },
    },
    endsGroup: true,
    alone: true,
    phase: 'auth',
  },
  QUIT: {
    legalIn: ['refused', ...inSessionOrReset],
    expects: '2xx',
    replies: { '2xx': parting, '4xx': parting, '5xx': parting },
    endsGroup: true,
    phase: 'quit',
  },
}
