import { InvalidArgumentError } from '../errors/index.ts'
import { encodeBase64 } from './base64.ts'
import {
  type ArgumentCommand,
  type ForwardedAttributes,
  type LineCommand,
  noParameters,
  type Parameters,
} from './command.ts'
import { checkClientName } from './domain.ts'
import { inCapitals } from './in-capitals.ts'
import { Path, parseForwardPath, parseReversePath } from './path.ts'
import { utf8Length } from './utf8.ts'
import { encodeXtext } from './xtext.ts'

/** A command as it goes out. */
export interface EncodedCommand {
  /** The line without its CRLF. */
  readonly line: string
  /** What may be shown in its stead; there only where the line carries credentials. */
  readonly redacted?: string
}

/** Octets in a command line with its CRLF (RFC 5321 §4.5.3.1.4); extensions add to it for these verbs. */
export const maxCommandLineLength = 512
const longerLines: Readonly<Record<string, number>> = {
  // Every registered parameter together stays below this.
  MAIL: 4096,
  RCPT: 4096,
  // RFC 4954 §4, which leaves AUTH itself within the common limit.
  'AUTH-RESPONSE': 12288,
}

/** The verbs that have a form of their own and therefore can't be sent by name. */
const typedVerbs = new Set(
  'EHLO HELO LHLO MAIL RCPT DATA BDAT BURL RSET QUIT STARTTLS NOOP HELP VRFY EXPN ETRN AUTH XCLIENT XFORWARD'.split(
    ' ',
  ),
)

/**
 * The one way onto the wire: encodes a command, checking every token of it.
 *
 * @throws {InvalidArgumentError} which names the field, when a token is malformed, holds a control character or
 * makes the line too long
 */
export function encodeCommand(command: LineCommand): EncodedCommand {
  return withinLimit(command.verb, encodeLine(command))
}

/**
 * The line that stands before the octets of a chunk (RFC 3030 §2).
 *
 * @throws {InvalidArgumentError} when the size is not one
 */
export function encodeChunkLine(size: number, last: boolean): EncodedCommand {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new InvalidArgumentError('size', 'must be a whole number of octets', String(size))
  }
  return { line: last ? `BDAT ${size} LAST` : `BDAT ${size}` }
}

/**
 * The line that stands for a chunk which the server is to fetch itself (RFC 4468 §3.5). The URL is never shown: whoever
 * has it may be let read what it leads to (RFC 4467).
 *
 * @throws {InvalidArgumentError} when it is no absolute URL
 */
export function encodeUrlLine(url: string, last: boolean): EncodedCommand {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(url)) {
    throw new InvalidArgumentError('url', 'must be absolute, in printable US-ASCII without blanks')
  }
  const end = last ? ' LAST' : ''
  return withinLimit('BURL', { line: `BURL ${url}${end}`, redacted: `BURL [url]${end}` })
}

function withinLimit(verb: string, encoded: EncodedCommand): EncodedCommand {
  const limit = longerLines[verb] ?? maxCommandLineLength
  const { line } = encoded
  // A character takes three octets at most, so that few lines need be measured.
  if (3 * line.length + 2 > limit && utf8Length(line) + 2 > limit) {
    throw new InvalidArgumentError(verb, `makes a line of more than ${limit} octets`)
  }
  return encoded
}

function encodeLine(command: LineCommand): EncodedCommand {
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return { line: `${command.verb} ${clientName(command.domain)}` }
    case 'MAIL':
      return { line: `MAIL FROM:${reversePath(command.from)}${encodeParameters(command.parameters)}` }
    case 'RCPT':
      return { line: `RCPT TO:${forwardPath(command.to)}${encodeParameters(command.parameters)}` }
    case 'VRFY':
    case 'EXPN':
      return { line: `${command.verb} ${question(command)}` }
    case 'NOOP':
    case 'HELP':
    case 'ETRN':
      return { line: command.verb + optionalText(command.argument) }
    case 'AUTH':
      return encodeAuth(command.mechanism, command.initialResponse)
    case 'AUTH-RESPONSE':
      return command.response === 'cancel'
        ? { line: '*' }
        : { line: encodeBase64(command.response), redacted: '[credentials]' }
    case 'XCLIENT':
    case 'XFORWARD':
      return { line: command.verb + attributeWords(command.attributes) }
    case 'OTHER':
      return { line: otherVerb(command.name) + optionalText(command.argument) }
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      return { line: command.verb }
    default:
      // Callers without the compiler's help: an unknown verb would go out as it is.
      throw new InvalidArgumentError(
        'verb',
        'is not known',
        String((command satisfies never as { verb?: unknown }).verb),
      )
  }
}

/** As a domain or an address literal, U-labels not allowed: there is no SMTPUTF8 for EHLO. */
function clientName(name: string): string {
  checkClientName('domain', name)
  return matching(/^[\x21-\x7e]*$/, name, 'domain', 'must be in US-ASCII (A-labels)')
}

function question({ argument = '', smtpUtf8 }: ArgumentCommand): string {
  return smtpUtf8 ? `${utf8Text(argument)} SMTPUTF8` : text(argument)
}

/** As a parser made it; a text, and a path that only a recipient can have, by the strict grammar. */
function reversePath(from: string | Path): Path {
  return Path.isPath(from) && from.isReversePath ? from : parseReversePath(String(from))
}

function forwardPath(to: string | Path): Path {
  return Path.isPath(to) && to.isForwardPath ? to : parseForwardPath(String(to))
}

function encodeAuth(mechanism: string, initialResponse: Uint8Array | undefined): EncodedCommand {
  // RFC 4422 §3.1.
  if (!/^[A-Z0-9_-]{1,20}$/.test(mechanism)) {
    // Not shown: what is wrong with it may be that it has the credentials behind it.
    throw new InvalidArgumentError('mechanism', 'is not a SASL mechanism name')
  }
  const start = `AUTH ${mechanism}`
  if (initialResponse === undefined) return { line: start }
  return {
    line: `${start} ${initialResponse.length === 0 ? '=' : encodeBase64(initialResponse)}`,
    redacted: `${start} [credentials]`,
  }
}

function encodeParameters(parameters: Parameters = noParameters): string {
  let encoded = ''
  const given: string[] = []
  for (const keyword of Object.keys(parameters)) {
    const value = parameters[keyword] as string | number | true
    // Keywords have no case.
    const name = /^[A-Z0-9][A-Z0-9-]*$/.test(keyword) ? keyword : inCapitals(parameterKeyword(keyword))
    if (given.includes(name)) throw new InvalidArgumentError(`parameters.${keyword}`, 'is given twice')
    given.push(name)
    encoded += value === true ? ` ${keyword}` : ` ${keyword}=${parameterValue(keyword, value)}`
  }
  return encoded
}

/** RFC 3461 §4.5. */
function parameterKeyword(keyword: string): string {
  const problem = 'has a keyword that is not letters, digits and hyphens'
  return matching(/^[A-Za-z0-9][A-Za-z0-9-]*$/, keyword, 'parameters', problem)
}

/** esmtp-value (RFC 5321 §4.1.2), with the characters beyond ASCII that RFC 6531 §3.3 adds. */
function parameterValue(keyword: string, value: string | number): string {
  const written = String(value)
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return written
  const field = `parameters.${keyword}`
  if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(field, 'must be a text, a whole number or true', written)
  }
  return matching(/^[^\p{C}\p{Z}=]+$/u, written, field, 'must not be empty or hold blanks, = or control characters')
}

/** Postfix's XCLIENT_README: names are words, values xtext. */
function attributeWords(attributes: ForwardedAttributes): string {
  const given = Object.entries(attributes)
  if (given.length === 0) throw new InvalidArgumentError('attributes', 'must be at least one')
  return given.map(([name, value]) => ` ${attributeName(name)}=${attributeValue(name, value)}`).join('')
}

function attributeName(name: string): string {
  const problem = 'has a name that is not letters, digits, hyphens and underscores'
  return matching(/^[A-Za-z][A-Za-z0-9_-]*$/, name, 'attributes', problem)
}

function attributeValue(name: string, value: string): string {
  return encodeXtext(
    matching(/^[\x20-\x7e]+$/, value, `attributes.${name}`, 'must be printable US-ASCII and not empty'),
  )
}

function optionalText(argument: string | undefined): string {
  return argument === undefined || argument === '' ? '' : ` ${text(argument)}`
}

function otherVerb(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name)) {
    // Not shown where it may have credentials behind it.
    const shown = /^auth/i.test(name) ? [] : [name]
    throw new InvalidArgumentError('name', 'is not a verb: letters, digits and hyphens', ...shown)
  }
  if (typedVerbs.has(name.toUpperCase())) {
    throw new InvalidArgumentError(
      'name',
      'must not be a verb that the connection follows; give it as `verb` where it has a command of its own',
      name,
    )
  }
  return name
}

/** An argument in printable US-ASCII with inner blanks. */
function text(argument: string): string {
  const problem = 'must be printable US-ASCII, without blanks at its ends'
  return matching(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, argument, 'argument', problem)
}

/** An argument that is printable, with inner blanks. */
function utf8Text(argument: string): string {
  const problem = 'must be printable, without blanks at its ends'
  return matching(/^[^\p{C}\p{Z}](?:[^\p{C}\u2028\u2029]*[^\p{C}\p{Z}])?$/u, argument, 'argument', problem)
}

/** The value, if it is a text of that form. */
function matching(form: RegExp, value: string, field: string, problem: string): string {
  if (typeof value === 'string' && form.test(value)) return value
  throw new InvalidArgumentError(field, problem, String(value))
}
