import { InvalidArgumentError } from '../errors/index.ts'
import { domainToALabels } from './a-labels.ts'
import type { ForwardCommand, ForwardedAttributes } from './command.ts'
import { isDomain } from './domain.ts'
import { inCapitals } from './in-capitals.ts'
import { parseIpAddress } from './ip-address.ts'
import { isAscii } from './utf8.ts'
import { encodeXtext } from './xtext.ts'

/** What takes the place of a value that is not known; in any case. */
export type Unavailable = '[UNAVAILABLE]'

/** A port from 1 to 65535. */
export type ForwardedPort = number | `${number}` | Unavailable

/** What both commands may tell of a client, by the names of Postfix's XCLIENT_README and XFORWARD_README. */
interface ForwardedClient {
  /** An IP address. */
  readonly ADDR?: string | Unavailable | undefined
  readonly PORT?: ForwardedPort | undefined
  /** What it called itself in EHLO or HELO. */
  readonly HELO?: string | Unavailable | undefined
  /** An attribute that a server lists and that is not known here. */
  readonly [attribute: string]: string | number | undefined
}

/** Who the server is to take the client for. */
export interface XclientAttributes extends ForwardedClient {
  /** Its host name, as its address was resolved to it and back; or that this failed, for good or for now. */
  readonly NAME?: string | Unavailable | '[TEMPUNAVAIL]' | undefined
  /** Its host name, as its address was resolved to it. Default: as NAME. */
  readonly REVERSE_NAME?: string | Unavailable | '[TEMPUNAVAIL]' | undefined
  /** LMTP is Dovecot's. */
  readonly PROTO?: 'SMTP' | 'ESMTP' | 'LMTP' | undefined
  /** The name with which it was authenticated. */
  readonly LOGIN?: string | Unavailable | undefined
  /** The address, and the port, to which it connected. */
  readonly DESTADDR?: string | Unavailable | undefined
  readonly DESTPORT?: ForwardedPort | undefined
}

/** From whom the next message came first, for the server's logs. */
export interface XforwardAttributes extends ForwardedClient {
  readonly NAME?: string | Unavailable | undefined
  /** The protocol by which it came, SMTP or not. */
  readonly PROTO?: string | Unavailable | undefined
  /** The name that the message had where it came from. */
  readonly IDENT?: string | Unavailable | undefined
  readonly SOURCE?: 'LOCAL' | 'REMOTE' | Unavailable | undefined
}

type Form = (value: string, field: string) => string

const unavailable: Unavailable = '[UNAVAILABLE]'

const formsOf: Readonly<Record<ForwardCommand['verb'], Readonly<Record<string, Form>>>> = {
  XCLIENT: {
    NAME: ifResolved(hostName),
    REVERSE_NAME: ifResolved(hostName),
    HELO: word,
    ADDR: ifKnown(address),
    DESTADDR: ifKnown(address),
    PORT: ifKnown(port),
    DESTPORT: ifKnown(port),
    PROTO: oneOf('SMTP', 'ESMTP', 'LMTP'),
  },
  XFORWARD: {
    NAME: word,
    HELO: word,
    ADDR: ifKnown(address),
    PORT: ifKnown(port),
    PROTO: protocol,
    SOURCE: oneOf('LOCAL', 'REMOTE', unavailable),
  },
}

/** XFORWARD_README, note 1: no blanks there. */
const printable = { XCLIENT: /^[\x20-\x7e]+$/, XFORWARD: /^[\x21-\x7e]+$/ } as const

/** Octets of a value in xtext. */
const maxValueLength = 255

/**
 * Attributes as XCLIENT and XFORWARD have them: names in capitals, IPv6 addresses behind `IPV6:`, host names beyond
 * US-ASCII as A-labels.
 *
 * @throws {InvalidArgumentError} which names the attribute: an address that is none, a port, a protocol; a value that
 * is empty, too long, or beyond US-ASCII; none at all
 */
export function forwardedAttributes(
  verb: ForwardCommand['verb'],
  given: XclientAttributes | XforwardAttributes,
): ForwardedAttributes {
  if (typeof given !== 'object' || given === null) throw new InvalidArgumentError('attributes', 'must be an object')
  const attributes = new Map<string, string>()
  for (const [word, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(word)) {
      throw new InvalidArgumentError(
        'attributes',
        'has a name that is not letters, digits, hyphens and underscores',
        word,
      )
    }
    const name = inCapitals(word)
    const field = `attributes.${word}`
    if (attributes.has(name)) throw new InvalidArgumentError(field, 'is given twice')
    attributes.set(name, attributeValue(verb, name, value, field))
  }
  if (attributes.size === 0) throw new InvalidArgumentError('attributes', 'must be at least one')
  return Object.fromEntries(attributes)
}

function attributeValue(verb: ForwardCommand['verb'], name: string, given: unknown, field: string): string {
  if (typeof given !== 'string' && typeof given !== 'number') {
    throw new InvalidArgumentError(field, 'must be a text or a number', String(given))
  }
  const text = String(given)
  const form = formsOf[verb][name]
  const value = form === undefined ? text : form(text, field)
  if (!printable[verb].test(value)) {
    const blanks = verb === 'XCLIENT' ? '' : ' without blanks'
    throw new InvalidArgumentError(field, `must be printable US-ASCII${blanks}, and not empty`, value)
  }
  if (encodeXtext(value).length > maxValueLength) {
    throw new InvalidArgumentError(field, `must not be of more than ${maxValueLength} octets in xtext`, value)
  }
  return value
}

function ifKnown(form: Form): Form {
  return (value, field) => (inCapitals(value) === unavailable ? value : form(value, field))
}

function ifResolved(form: Form): Form {
  return ifKnown((value, field) => (inCapitals(value) === '[TEMPUNAVAIL]' ? value : form(value, field)))
}

/** Not an address literal; with the underscores that hosts have in their names. */
function hostName(value: string, field: string): string {
  const name = isAscii(value) ? value : domainToALabels(value, field)
  if (!name.startsWith('[') && isDomain(name.replaceAll('_', 'x'))) return name
  throw new InvalidArgumentError(field, 'must be a host name', value)
}

/** What a host may call itself, whether it is a domain or not. */
function word(value: string, field: string): string {
  const name = isAscii(value) ? value : domainToALabels(value, field)
  if (!name.includes(' ')) return name
  throw new InvalidArgumentError(field, 'must not hold blanks', value)
}

function address(value: string, field: string): string {
  const found = parseIpAddress(value.replace(/^IPV6:(?=.*:)/i, ''))
  if (found === undefined) throw new InvalidArgumentError(field, 'must be an IP address', value)
  return found.family === 6 ? `IPV6:${found.text}` : found.text
}

function port(value: string, field: string): string {
  if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535) return value
  throw new InvalidArgumentError(field, 'must be a whole number from 1 to 65535', value)
}

function protocol(value: string, field: string): string {
  if (value.length <= 64) return value
  throw new InvalidArgumentError(field, 'must not be of more than 64 characters', value)
}

function oneOf(...words: readonly string[]): Form {
  return (value, field) => {
    const word = inCapitals(value)
    if (words.includes(word)) return word
    throw new InvalidArgumentError(field, `must be one of ${words.join(', ')}`, value)
  }
}
