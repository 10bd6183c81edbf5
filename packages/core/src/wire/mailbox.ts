import { InvalidArgumentError } from '../errors/index.ts'
import { isAtomText, type Path, parseMailbox, parseReversePath } from './path.ts'

const control = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Parses a sender as people write it: all that {@link parseRecipient} takes, or an empty text or `<>` for the null
 * reverse-path (RFC 5321 §4.5.5).
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is anything else
 */
export function parseSender(text: string, field = 'from'): Path {
  return text === '' || text === '<>' ? parseReversePath(text, field) : parseRecipient(text, field)
}

/**
 * Parses a recipient as people write it: `bob@example.net`, `<bob@example.net>` or, with a display name and comments,
 * which are thrown away, `"Bob, B." (home) <bob@example.net>`. Where the domain is missing, as in `bob`, the
 * server is left to add it (RFC 6409 §4.2).
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is anything else, two addresses or a parameter behind one among it
 */
export function parseRecipient(written: string, field = 'to'): Path {
  const text = withoutOuterBlanks(written)
  if (text === '') throw new InvalidArgumentError(field, 'must not be empty')
  if (control.test(text)) throw new InvalidArgumentError(field, 'has a character that no address can hold', text)
  if (!text.endsWith('>')) {
    if (text.startsWith('<')) throw new InvalidArgumentError(field, 'must end with its closing angle bracket', text)
    return parseMailbox(text, text, field, 'lenient')
  }
  // No bare address ends with a bracket: this one is in brackets, or none at all.
  const mailbox = text.slice(endOfDisplayName(text, field) + 1, -1)
  if (mailbox === '') throw new InvalidArgumentError(field, 'needs an address in its angle brackets', text)
  return parseMailbox(mailbox, text, field, 'lenient')
}

/** Such as a list that was split at its commas leaves. */
function withoutOuterBlanks(text: string): string {
  return text.replace(/^ +/, '').replace(/(?<! ) +$/, '')
}

/** The place of the bracket that opens the address: the first one that is in no quotes and no comment (RFC 5322 §3.2). */
function endOfDisplayName(text: string, field: string): number {
  let end = 0
  let quoted = false
  let commentDepth = 0
  let escaped = false
  for (const character of text) {
    if (escaped) escaped = false
    else if ((quoted || commentDepth > 0) && character === '\\') escaped = true
    else if (quoted) quoted = character !== '"'
    else if (character === '(') commentDepth += 1
    else if (commentDepth > 0) commentDepth -= character === ')' ? 1 : 0
    else if (character === '"') quoted = true
    else if (character === '<') return end
    else if (character !== ' ' && character !== '.' && !isAtomText(character)) {
      throw new InvalidArgumentError(field, 'has a character before its address that must be in quotes', text)
    }
    end += character.length
  }
  throw new InvalidArgumentError(field, 'has quotes or a comment before its address that do not end', text)
}
