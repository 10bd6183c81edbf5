import { parseReversePath } from '../path.ts'
import { xtextValue } from './xtext-value.ts'

/**
 * The value of AUTH on MAIL (RFC 4954 §5): an address in xtext, or `<>`.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeSubmitter(submitter: string, field: string): string {
  const { mailbox } = parseReversePath(submitter, field)
  return mailbox === '' ? '<>' : xtextValue(mailbox, field)
}
