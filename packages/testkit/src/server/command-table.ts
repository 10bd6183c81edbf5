import type { ServerState } from './server-state.ts'

/** What holds for a command whatever it says. */
export interface CommandRule {
  /** Where it is not known at all. */
  readonly unknownTo?: 'smtp' | 'lmtp'
  /** The states in which it is legal; in others it is answered 503 (RFC 5321 §4.1.4). */
  readonly legalIn: readonly ServerState[]
  /** It may stand anywhere in a pipelined group. Any other ends it (RFC 2920 §3.1). */
  readonly midGroup?: true
  /** The extension that it belongs to. */
  readonly extension?: string
  /** What may stand behind the verb. */
  readonly argument: 'none' | 'optional' | 'required'
  /** It is taken where TLS is required and does not stand (RFC 3207 §4). */
  readonly beforeTls?: true
  /** It is taken where authentication is required and due (RFC 4954 §6). */
  readonly beforeAuth?: true
}

const inSession = ['greeted', 'ready', 'mail', 'rcpt', 'chunked', 'resetDue'] as const

const hello = { legalIn: inSession, argument: 'required', beforeTls: true, beforeAuth: true } as const

/** The commands that the server knows, by verb. */
export const commandTable: Readonly<Record<string, CommandRule>> = {
  EHLO: { ...hello, unknownTo: 'lmtp' },
  HELO: { ...hello, unknownTo: 'lmtp' },
  LHLO: { ...hello, unknownTo: 'smtp' },
  MAIL: { legalIn: ['ready'], midGroup: true, argument: 'required' },
  RCPT: { legalIn: ['mail', 'rcpt'], midGroup: true, argument: 'required' },
  DATA: { legalIn: ['rcpt'], argument: 'none' },
  // RFC 3030 §4.2: several may be in flight.
  BDAT: { legalIn: ['rcpt', 'chunked'], midGroup: true, extension: 'CHUNKING', argument: 'required' },
  // RFC 4468 §3.2.
  BURL: { legalIn: ['rcpt', 'chunked'], midGroup: true, extension: 'BURL', argument: 'required' },
  RSET: { legalIn: inSession, midGroup: true, argument: 'none', beforeAuth: true },
  NOOP: { legalIn: inSession, argument: 'optional', beforeTls: true, beforeAuth: true },
  VRFY: { legalIn: inSession, argument: 'required' },
  EXPN: { legalIn: inSession, argument: 'required' },
  HELP: { legalIn: inSession, argument: 'optional' },
  ETRN: { legalIn: ['ready'], extension: 'ETRN', argument: 'required' },
  // Postfix's. XCLIENT may be pipelined, but only at the end of a group.
  XCLIENT: { legalIn: ['greeted', 'ready'], extension: 'XCLIENT', argument: 'required', beforeAuth: true },
  XFORWARD: {
    legalIn: ['greeted', 'ready'],
    midGroup: true,
    extension: 'XFORWARD',
    argument: 'required',
    beforeAuth: true,
  },
  STARTTLS: { legalIn: ['ready'], extension: 'STARTTLS', argument: 'none', beforeTls: true, beforeAuth: true },
  AUTH: { legalIn: ['ready'], extension: 'AUTH', argument: 'required', beforeAuth: true },
  'AUTH-RESPONSE': { legalIn: ['auth'], argument: 'optional', beforeAuth: true },
  QUIT: { legalIn: ['refused', ...inSession], argument: 'none', beforeTls: true, beforeAuth: true },
}
