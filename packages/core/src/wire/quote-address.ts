import { parseSender } from './mailbox.ts'

/**
 * The address as it stands in MAIL and RCPT, without display name: `Ann <ann@example.org>` gives `<ann@example.org>`
 * and an empty text `<>`.
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is not one address; see {@link parseSender}
 */
export function quoteAddress(text: string, field = 'address'): string {
  return String(parseSender(text, field))
}
