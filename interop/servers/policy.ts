/** Whose mail every server takes, at example.test. */
export const mailboxes = ['ok', 'ok2', 'ok3', 'tester'] as const

/** The one user, who has a password. */
export const user = { name: 'tester', password: 'pencil' } as const

/** In octets. The largest of the content cases is a megabyte. */
export const sizeLimit = 2_000_000

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
  readonly user: typeof user
  readonly sizeLimit: number
  readonly refusals: typeof refusals
}

export const policy: Policy = { mailboxes, user, sizeLimit, refusals }

/** A refusal as a server says it. */
export function line({ code, enhancedCode, text }: Refusal): string {
  return `${code} ${enhancedCode} ${text}`
}
