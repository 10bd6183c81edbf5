import type { SmtpError } from '../errors/index.ts'
import type { Envelope } from './envelope.ts'

/** A mail object (RFC 5321 §2.3.1): an envelope and content. */
export interface MailObject {
  readonly envelope: Envelope
  /** What the driver knows the content by. */
  readonly content: unknown
  /** Whether the content can be sent more than once. */
  readonly repeatable: boolean
  /** What is wrong with it. It is reported so, in its turn, and not sent. */
  readonly problem?: SmtpError
}
