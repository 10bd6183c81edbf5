/** Whose mail every server takes, at example.test and at the domain beyond US-ASCII. */
export const mailboxes = ['ok', 'ok2', 'ok3', 'tester', 'jürgen'] as const

/** As people write it, and as DNS has it (RFC 5891). */
export const accentedDomain = { name: 'exämple.test', aLabel: 'xn--exmple-cua.test' } as const

/** Who has a password. */
export const users = {
  tester: { name: 'tester', password: 'pencil' },
  /** Beyond US-ASCII, and as SASLprep leaves it. */
  accented: { name: 'jürgen', password: 'pässwörd' },
} as const

/** The one who has one everywhere. */
export const user = users.tester

/** In octets. The largest of the contents is five megabytes. */
export const sizeLimit = 5_200_000

export interface Refusal {
  readonly code: number
  readonly enhancedCode: string
  readonly text: string
}

/**
 * What every server is set up to answer, as far as its settings reach: to a sender, to a recipient at RCPT, and over
 * LMTP to a recipient after the content, each by the local part.
 */
export const refusals = {
  senders: { rejfrom: { code: 550, enhancedCode: '5.7.1', text: 'Refused for the test' } },
  recipients: {
    rej: { code: 550, enhancedCode: '5.7.1', text: 'Refused for the test' },
    tmp: { code: 451, enhancedCode: '4.7.1', text: 'Put off for the test' },
  },
  /** To anybody else at example.test. */
  unknown: { code: 550, enhancedCode: '5.1.1', text: 'No such mailbox' },
  /** To anybody elsewhere, without AUTH. */
  relay: { code: 550, enhancedCode: '5.7.1', text: 'Not relayed without AUTH' },
  afterContent: {
    full: { code: 552, enhancedCode: '5.2.2', text: 'Mailbox full' },
    later: { code: 452, enhancedCode: '4.2.2', text: 'Mailbox full for now' },
  },
} as const satisfies Record<string, Refusal | Record<string, Refusal>>

/** As a server that is a program of ours is told it. */
export interface Policy {
  readonly mailboxes: typeof mailboxes
  readonly accentedDomain: typeof accentedDomain
  readonly user: typeof user
  readonly users: typeof users
  readonly sizeLimit: number
  readonly refusals: typeof refusals
}

export const policy: Policy = { mailboxes, accentedDomain, user, users, sizeLimit, refusals }

/** A refusal as a server says it. */
export function line({ code, enhancedCode, text }: Refusal): string {
  return `${code} ${enhancedCode} ${text}`
}
