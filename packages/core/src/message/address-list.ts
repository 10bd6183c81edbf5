import { isDomain, type Path, parseForwardPath, parseRecipient } from '../wire/index.ts'
import { AddressScanner } from './address-scanner.ts'

/**
 * The addresses in a field such as `To` (RFC 5322 §3.4 with its obsolete forms, §4.4, and RFC 6532), in their order,
 * each as `local-part@domain` in the form that a forward-path has, with as little quoting as can be (RFC 5321
 * §4.1.2). A group contributes its members; display names, comments and source routes, nothing. Encoded words
 * (RFC 2047) are never decoded: they can stand for a name only, so none can become an address.
 *
 * Strict, because a guess sends mail to somebody whom the field doesn't name, or not to somebody whom it does. The one
 * concession is to mail within a host: a plain word such as `root` is a recipient without a domain, but not directly
 * before an address in angle brackets, where it may be half of a name with a comma in it.
 *
 * @param text the field's value, unfolded
 * @param field names the field in errors
 * @throws {InvalidArgumentError} when any of it can't be read, or an address is none that SMTP can carry
 */
export function parseAddressList(text: string, field: string): readonly string[] {
  const scanner = new AddressScanner(text, field)
  const addresses: string[] = []
  let inGroup = false
  /** Where the entry before starts, if it was a plain word. */
  let plainWord: number | undefined
  while (!scanner.ended) {
    scanner.startEntry()
    // An empty entry, §4.4.
    if (scanner.take(',')) continue
    if (inGroup && scanner.take(';')) inGroup = false
    else {
      const name = readPhrase(scanner)
      if (name !== undefined && scanner.take(':')) {
        if (inGroup) throw scanner.error('has a group within a group')
        inGroup = true
        continue
      }
      if (scanner.sees('<') && plainWord !== undefined) throw scanner.error(withoutAddress, plainWord)
      plainWord = name?.plain && !scanner.sees('@') && !scanner.sees('<') ? scanner.entryStart : undefined
      addresses.push(readMailbox(scanner, name, field).mailbox)
    }
    if (!scanner.ended && !scanner.take(',') && !(inGroup && scanner.sees(';'))) {
      throw scanner.error('has something other than a comma behind an entry')
    }
  }
  if (inGroup) throw scanner.error('has a group without its closing semicolon')
  return addresses
}

const withoutAddress = 'has an entry without an address'

/** Words and dots: a display name, the name of a group, or a local part, as only what comes behind it tells. */
interface Phrase {
  /** The words as a local part; `undefined` when they can't be one. */
  readonly localPart: string | undefined
  /** Whether it is a plain word, not in quotes: a local part that may stand without a domain. */
  readonly plain: boolean
}

const word = /^[\w.+-]+$/

/** @returns `undefined` when no word comes next */
function readPhrase(scanner: AddressScanner): Phrase | undefined {
  const quoted = scanner.sees('"')
  const first = scanner.takeWord()
  if (first === undefined) return undefined
  let text = first
  let afterWord = true
  let alternates = true
  for (;;) {
    const isDot = scanner.take('.')
    const token = isDot ? '.' : scanner.takeWord()
    if (token === undefined) {
      const localPart = alternates && afterWord ? text : undefined
      return { localPart, plain: !quoted && word.test(localPart ?? '') }
    }
    alternates &&= isDot === afterWord
    afterWord = !isDot
    text += token
  }
}

/** What comes behind a display name or a local part. */
function readMailbox(scanner: AddressScanner, phrase: Phrase | undefined, field: string): Path {
  if (scanner.sees('@')) return parseForwardPath(readAddress(scanner, phrase), field)
  if (scanner.take('<')) {
    if (scanner.sees('@')) skipRoute(scanner)
    const address = parseForwardPath(readAddress(scanner, readPhrase(scanner)), field)
    if (scanner.take('>')) return address
    throw scanner.error('has an address without its closing angle bracket')
  }
  if (phrase?.localPart === undefined || !phrase.plain) throw scanner.error(withoutAddress)
  return parseRecipient(phrase.localPart, field)
}

/** §4.4: domains to go through, which are to be ignored. */
function skipRoute(scanner: AddressScanner): void {
  do {
    if (scanner.take('@') && !isDomain(readDomain(scanner))) throw scanner.error('has a malformed source route')
  } while (scanner.take(','))
  if (!scanner.take(':')) throw scanner.error('has a source route without its colon')
}

function readAddress(scanner: AddressScanner, phrase: Phrase | undefined): string {
  const localPart = phrase?.localPart
  if (localPart === undefined || !scanner.take('@')) throw scanner.error('has a malformed address')
  return `${quotedWhereNeeded(localPart)}@${readDomain(scanner)}`
}

function readDomain(scanner: AddressScanner): string {
  const literal = scanner.takeLiteral()
  if (literal !== undefined) return literal
  const labels: string[] = []
  do {
    const label = scanner.takeAtom()
    if (label === undefined) throw scanner.error('has a malformed domain')
    labels.push(label)
  } while (scanner.take('.'))
  return labels.join('.')
}

const dotString = /^[^\x00-\x20()<>[\]:;@\\,."\x7f]+(?:\.[^\x00-\x20()<>[\]:;@\\,."\x7f]+)*$/

function quotedWhereNeeded(localPart: string): string {
  return dotString.test(localPart) ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`
}
