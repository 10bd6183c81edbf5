import { asksForSmtpUtf8, checkExtensions } from '../connection/required-extensions.ts'
import { InvalidArgumentError, NotSupportedError, type SmtpError } from '../errors/index.ts'
import {
  type Capabilities,
  encodeCommand,
  type MailCommand,
  type Parameters,
  type Path,
  type RcptCommand,
} from '../wire/index.ts'
import type { Envelope } from './envelope.ts'
import { keptParameters } from './kept-parameters.ts'

/** An envelope as one server can take it: what MAIL and each RCPT say. */
export interface Announcement {
  readonly from: Path
  readonly to: readonly Path[]
  readonly mail: Parameters
  readonly rcpt: Parameters
}

/**
 * Fits an envelope to what the server offers.
 *
 * @throws {NotSupportedError} when the message, or a parameter, needs an extension that the server lacks
 * @throws {InvalidArgumentError} when the message is larger than the server takes, or not what BODY says, or when a
 * parameter is malformed
 */
export function announcement(envelope: Envelope, capabilities: Capabilities): Announcement {
  const { mailParameters = {}, rcptParameters = {} } = envelope
  checkBody(mailParameters, envelope)
  const paths = [envelope.from, ...envelope.to]
  const utf8 = capabilities.has('SMTPUTF8')
  const [from, ...to] = (utf8 ? paths : paths.map((path) => path.withALabels())) as [Path, ...Path[]]
  const ascii = [from, ...to].every((path) => path.isAscii)
  if (!ascii && !utf8) {
    throw new NotSupportedError('SMTPUTF8', 'an address is beyond US-ASCII, and the server does not offer SMTPUTF8')
  }
  const given = keptParameters(mailParameters, capabilities)
  const size = without(given, sizeParameter(envelope, capabilities))
  const needed = without(given, { ...(!ascii && { SMTPUTF8: true }), ...bodyParameter(envelope, capabilities, ascii) })
  const mail = { ...size, ...given, ...needed }
  const announced = { from, to, mail, rcpt: keptParameters(rcptParameters, capabilities) }
  checkCommands(announced, capabilities)
  return announced
}

/** All of them before the first is queued: a RCPT that is refused then would leave a MAIL behind. */
function checkCommands({ from, to, mail, rcpt }: Announcement, capabilities: Capabilities): void {
  const mailCommand: MailCommand = { verb: 'MAIL', from, parameters: mail }
  // A recipient's path is fit for the wire by itself, so that without parameters none need be encoded twice.
  const doubtful = Object.keys(rcpt).length > 0 ? to : to.filter((path) => !path.isForwardPath)
  const rcptCommands = doubtful.map((path): RcptCommand => ({ verb: 'RCPT', to: path, parameters: rcpt }))
  for (const command of [mailCommand, ...rcptCommands]) {
    encodeCommand(command)
    checkExtensions(command, capabilities, asksForSmtpUtf8(mailCommand))
  }
}

function checkBody(parameters: Parameters, { eightBit }: Envelope): void {
  if (bodyOf(parameters) === 'BINARYMIME') {
    throw new NotSupportedError('BINARYMIME', 'BODY=BINARYMIME needs BDAT (RFC 3030), and the message goes by DATA')
  }
  if (bodyOf(parameters) === '7BIT' && eightBit === true) throw notSevenBit()
}

function bodyOf(parameters: Parameters): string {
  const [, body] = Object.entries(parameters).find(([keyword]) => isSame(keyword, 'BODY')) ?? []
  return String(body).toUpperCase()
}

/**
 * Why a message whose octets are not known yet may have none beyond US-ASCII; `undefined` where it may.
 */
export function sevenBitReason(
  { mailParameters = {}, eightBit }: Envelope,
  capabilities: Capabilities,
): (() => SmtpError) | undefined {
  if (eightBit !== undefined) return undefined
  if (!capabilities.has('8BITMIME')) return eightBitUnsupported
  return bodyOf(mailParameters) === '7BIT' ? notSevenBit : undefined
}

function notSevenBit(): InvalidArgumentError {
  return new InvalidArgumentError('BODY', 'is 7BIT, but the message has 8-bit octets; leave it out')
}

/** What is not among the given, however that is spelt. */
function without(given: Parameters, added: Parameters): Parameters {
  const named = Object.keys(given)
  return Object.fromEntries(Object.entries(added).filter(([keyword]) => !named.some((name) => isSame(name, keyword))))
}

function isSame(keyword: string, other: string): boolean {
  return keyword.toUpperCase() === other
}

function sizeParameter({ size }: Envelope, capabilities: Capabilities): Parameters {
  if (size === undefined || !capabilities.has('SIZE')) return {}
  const { maxMessageSize = Number.POSITIVE_INFINITY } = capabilities
  if (size > maxMessageSize) {
    throw new InvalidArgumentError('message', `has ${size} octets, and the server takes ${maxMessageSize} at most`)
  }
  return { SIZE: size }
}

/** Addresses beyond US-ASCII come with 8BITMIME (RFC 6531 §3.6), whatever the message holds. */
function bodyParameter({ eightBit }: Envelope, capabilities: Capabilities, ascii: boolean): Parameters {
  if (capabilities.has('8BITMIME')) return eightBit === false && ascii ? {} : { BODY: '8BITMIME' }
  if (eightBit === true) throw eightBitUnsupported()
  return {}
}

/** RFC 6152 §3: octets beyond US-ASCII may not go to a server without 8BITMIME. */
function eightBitUnsupported(): NotSupportedError {
  const message =
    'the message has 8-bit octets, and the server does not offer 8BITMIME; encode its parts as quoted-printable or base64'
  return new NotSupportedError('8BITMIME', message)
}
