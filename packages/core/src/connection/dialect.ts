import type { Verb } from '../wire/index.ts'

/** Where SMTP and LMTP differ, as data. */
export interface Dialect {
  readonly protocol: 'smtp' | 'lmtp'
  /** The verb that asks for extensions. */
  readonly hello: 'EHLO' | 'LHLO'
  /** What may be tried where `hello` is not known. */
  readonly olderHello: 'HELO' | undefined
  /** Verbs that the protocol does not have. */
  readonly without: ReadonlySet<Verb>
  /** Who answers for the content: one reply for all, or one for each accepted recipient (RFC 2033 §4.2). */
  readonly contentReplies: 'one' | 'perRecipient'
}

export const smtp: Dialect = {
  protocol: 'smtp',
  hello: 'EHLO',
  olderHello: 'HELO',
  without: new Set<Verb>(['LHLO']),
  contentReplies: 'one',
}

/** RFC 2033. */
export const lmtp: Dialect = {
  protocol: 'lmtp',
  hello: 'LHLO',
  olderHello: undefined,
  without: new Set<Verb>(['EHLO', 'HELO']),
  contentReplies: 'perRecipient',
}
