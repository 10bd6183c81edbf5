import { domainToALabels } from './a-labels.ts'
import { type Path, parseMailbox } from './path.ts'
import { isAscii } from './utf8.ts'

/**
 * The same path with its domain as A-labels (RFC 5890 §2.3.2.1), for a server without SMTPUTF8; itself where the domain
 * is US-ASCII already. With another local part it needs SMTPUTF8 nevertheless.
 *
 * @param field names the path in errors
 * @throws {InvalidArgumentError} when the domain has no such form or makes the path too long
 */
export function pathWithALabels(path: Path, field = 'address'): Path {
  if (isAscii(path.domain)) return path
  const mailbox = `${path.localPart}@${domainToALabels(path.domain, field)}`
  return parseMailbox(mailbox, path.mailbox, field, 'strict')
}
