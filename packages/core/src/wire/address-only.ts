import { parseRecipient } from './mailbox.ts'

/**
 * What VRFY and EXPN are asked for (RFC 5321 §3.5): of `Ann <ann@example.org>` the bare address. What has no angle
 * bracket is a bare address already, or the name of a user or a list, and stays as it is.
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when there is a bracket, and not just one address in brackets
 */
export function addressOnly(text: string, field = 'address'): string {
  return /[<>]/.test(text) ? parseRecipient(text, field).mailbox : text
}
