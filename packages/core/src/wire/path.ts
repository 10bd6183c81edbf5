import { InvalidArgumentError } from '../errors/index.ts'
import { checkDomain } from './domain.ts'
import { isAscii, utf8Length } from './utf8.ts'

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3, in octets; the path counts its angle brackets. */
const maxLocalPartLength = 64
const maxPathLength = 256

/** What most mailboxes are, in parts: no quotes, no address literal, nothing beyond US-ASCII. */
const plainMailbox =
  /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)@([A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*)$/
/** So short that no part of it can be too long. */
const shortMailboxLength = 63
/** What most local parts are, with the `@` behind it. */
const plainLocalPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*(?=@)/
const atom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]$/
/** What RFC 6531 §3.3 adds to an atom and to quoted text, less controls and invisible separators. */
const beyondAscii = /^[^\p{ASCII}\p{Cc}\p{Cs}\p{Zl}\p{Zp}]$/u

/** Whether a domain may be missing that the server is to add. */
type Strictness = 'strict' | 'lenient'

let makePath: (localPart: string, domain: string, parsed: Strictness, ascii?: true) => Path

/**
 * A reverse-path or forward-path (RFC 5321 §4.1.2), parsed: what stands in `MAIL FROM:<…>` and `RCPT TO:<…>`.
 * Only the parsing functions make one, so whatever is a `Path` is fit for the wire.
 */
export class Path {
  /** The mailbox as it was given, without angle brackets; empty for the null reverse-path. */
  readonly mailbox: string
  readonly localPart: string
  /**
   * The domain or address literal; empty for the null reverse-path, for `Postmaster`, and where the server is to
   * add it (RFC 6409 §4.2).
   */
  readonly domain: string
  /** Whether it can be sent without SMTPUTF8 (RFC 6531). */
  readonly isAscii: boolean
  /** Set by the parsers alone: what is made by calling the constructor, as JavaScript can, is no path. */
  #parsed: Strictness | undefined

  private constructor(localPart: string, domain: string, ascii?: true) {
    this.localPart = localPart
    this.domain = domain
    this.mailbox = domain === '' ? localPart : `${localPart}@${domain}`
    this.isAscii = ascii ?? isAscii(this.mailbox)
    Object.freeze(this)
  }

  static {
    makePath = (localPart, domain, parsed, ascii) => {
      const path = new Path(localPart, domain, ascii)
      path.#parsed = parsed
      return path
    }
  }

  /** Whether the value was made by a parser: an object that merely looks alike is not. */
  static isPath(value: unknown): value is Path {
    return typeof value === 'object' && value !== null && #parsed in value && value.#parsed !== undefined
  }

  /** Whether it can be a sender: all can but the `Postmaster` that {@link parseForwardPath} takes. */
  get isReversePath(): boolean {
    return this.domain !== '' || this.mailbox === '' || this.#parsed === 'lenient'
  }

  /** Whether it can be a recipient: all can but the null path. */
  get isForwardPath(): boolean {
    return this.mailbox !== ''
  }

  toString(): string {
    return `<${this.mailbox}>`
  }
}

/**
 * Parses a reverse-path: `ann@example.org`, the same in angle brackets, or an empty text or `<>` for the null
 * reverse-path of notifications (RFC 5321 §4.5.5).
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is malformed
 */
export function parseReversePath(text: string, field = 'from'): Path {
  return text === '' || text === '<>' ? makePath('', '', 'strict') : parsePath(text, field)
}

/**
 * Parses a forward-path: `bob@example.net`, the same in angle brackets, or `Postmaster`, the one mailbox that
 * needs no domain (RFC 5321 §4.1.1.3).
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is malformed
 */
export function parseForwardPath(text: string, field = 'to'): Path {
  const isPostmaster = /^<?postmaster>?$/i.test(text)
  return isPostmaster ? makePath(stripBrackets(text, field), '', 'strict') : parsePath(text, field)
}

function parsePath(text: string, field: string): Path {
  return parseMailbox(stripBrackets(text, field), text, field, 'strict')
}

/**
 * Linear: the grammar of RFC 5321 §4.1.2 with RFC 6531, no comments, no display name, no source route (which
 * §4.1.1.3 says not to send). A domain may be missing where it is `lenient`.
 *
 * @param mailbox without angle brackets
 * @param text what is shown in errors
 */
export function parseMailbox(mailbox: string, text: string, field: string, strictness: Strictness): Path {
  const plain = mailbox.length <= shortMailboxLength ? plainMailbox.exec(mailbox) : null
  if (plain !== null) return makePath(plain[1] as string, plain[2] as string, strictness, true)
  const localPartEnd = mailbox.startsWith('"')
    ? endOfQuotedString(mailbox, text, field)
    : endOfDotString(mailbox, text, field)
  const complete = mailbox.charAt(localPartEnd) === '@'
  if (!complete && (localPartEnd < mailbox.length || strictness === 'strict')) {
    const problem =
      localPartEnd === mailbox.length
        ? 'needs a domain: local-part@domain'
        : 'has a character that an address can hold only in quotes'
    throw new InvalidArgumentError(field, problem, text)
  }
  const localPart = mailbox.slice(0, localPartEnd)
  const domain = mailbox.slice(localPartEnd + 1)
  if (complete) checkDomain(field, domain)
  if (utf8Length(localPart) > maxLocalPartLength) {
    throw new InvalidArgumentError(field, `has a local part of more than ${maxLocalPartLength} octets`, text)
  }
  checkLength(mailbox, text, field)
  return makePath(localPart, domain, strictness)
}

function checkLength(mailbox: string, text: string, field: string): void {
  if (utf8Length(mailbox) + 2 > maxPathLength) {
    throw new InvalidArgumentError(field, `is longer than ${maxPathLength} octets with its angle brackets`, text)
  }
}

function stripBrackets(text: string, field: string): string {
  const opened = text.startsWith('<')
  if (opened !== text.endsWith('>'))
    throw new InvalidArgumentError(field, 'has one angle bracket without the other', text)
  return opened ? text.slice(1, -1) : text
}

function endOfDotString(mailbox: string, text: string, field: string): number {
  const plain = plainLocalPart.exec(mailbox)
  if (plain !== null) return plain[0].length
  let end = 0
  let atomStart = 0
  for (const character of mailbox) {
    if (character === '.' && end > atomStart) atomStart = end + 1
    else if (!isAtomText(character)) break
    end += character.length
  }
  if (end === atomStart) throw new InvalidArgumentError(field, 'has an empty word in its local part', text)
  return end
}

function endOfQuotedString(mailbox: string, text: string, field: string): number {
  let end = 1
  let escaped = false
  for (const character of mailbox.slice(1)) {
    const printable = (character >= ' ' && character <= '~') || (!escaped && beyondAscii.test(character))
    if (!printable) throw new InvalidArgumentError(field, 'has a character that no address can hold', text)
    end += character.length
    if (escaped) escaped = false
    else if (character === '\\') escaped = true
    else if (character === '"') return end
  }
  throw new InvalidArgumentError(field, 'has a quoted local part without its closing quote', text)
}

/** atext (RFC 5321 §4.1.2) with what RFC 6531 §3.3 adds. */
export function isAtomText(character: string): boolean {
  return atom.test(character) || beyondAscii.test(character)
}
