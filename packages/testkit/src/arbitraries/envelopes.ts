import { type Envelope, parseForwardPath, parseReversePath } from '@sansmtp/core'
import fc from 'fast-check'
import { type MailboxOptions, mailbox } from './mailboxes.ts'

export interface EnvelopeOptions extends MailboxOptions {
  /** Default 8. */
  readonly maxRecipients?: number
}

/**
 * A reverse-path, the null one now and then, and forward-paths, some of them more than once and `Postmaster` among
 * them. Nothing is said about the message.
 */
export function envelope({ maxRecipients = 8, ...options }: EnvelopeOptions = {}): fc.Arbitrary<Envelope> {
  const address = mailbox(options)
  const from = fc.oneof({ weight: 5, arbitrary: address }, { weight: 1, arbitrary: fc.constant('') })
  const known = fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: fc.constant('Postmaster') })
  return fc
    .record({
      from,
      known: fc.array(known, { minLength: 1, maxLength: maxRecipients }),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: maxRecipients }),
    })
    .map(({ from, known, picks }) => ({
      from: parseReversePath(from),
      to: picks.map((pick) => parseForwardPath(known[pick % known.length] ?? 'Postmaster')),
    }))
}
