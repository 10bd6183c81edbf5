import { asksFor, checkExtensions } from '../connection/required-extensions.ts'
import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import {
  type Capabilities,
  encodeCommand,
  type MailCommand,
  type MailOptions,
  type Parameters,
  type Path,
  pathWithALabels,
  type RcptCommand,
} from '../wire/index.ts'
import {
  droppableExtensions,
  type EncodingContext,
  encodeMailOptions,
  encodeRcptOptions,
  parametersGiven,
  parameterValue,
} from '../wire/parameters/index.ts'
import { bodyAsked, bodyParameter, checkBody } from './body-kind.ts'
import { type ContentKind, contentKind } from './content-kind.ts'
import type { Envelope } from './envelope.ts'
import { keptParameters } from './kept-parameters.ts'
import { Offer } from './offer.ts'
import { checkRequireTls } from './require-tls.ts'
import type { Standing } from './standing.ts'
import { rawRequests, takenParameters } from './taken-parameters.ts'

/** An envelope as one server can take it: what MAIL and each RCPT say, and how the content goes. */
export interface Announcement extends ContentKind {
  readonly from: Path
  readonly to: readonly Path[]
  readonly mail: Parameters
  /** By position. */
  readonly rcpt: readonly Parameters[]
  /** The extensions whose parameters were left out, as the caller has asked for. */
  readonly dropped: readonly string[]
}

/**
 * Fits an envelope to what the server offers.
 *
 * @throws {NotSupportedError} when the message, or a parameter, needs an extension that the server lacks
 * @throws {InvalidArgumentError} when the message is larger than the server takes, or not what BODY says, or when a
 * parameter is malformed, or more than the server takes
 */
export function announcement(envelope: Envelope, standing: Standing): Announcement {
  checkBody(envelope)
  const { options = {} } = envelope
  const { capabilities } = standing
  const offer = offerTo(options, capabilities)
  const { from, to, international } = writtenPaths(envelope, capabilities)
  const utf8 = international || hasUtf8Header(envelope, offer)
  const context = { smtpUtf8: capabilities.has('SMTPUTF8') && (utf8 || asksForSmtpUtf8(envelope)) }

  const requested = [...encodeMailOptions(options, context), ...rawRequests(options.mailParameters, 'mailParameters')]
  const given = {
    ...keptParameters(envelope.mailParameters ?? {}, capabilities),
    ...takenParameters(requested, offer),
  }
  const kind = contentKind(envelope, bodyAsked(envelope) === 'BINARYMIME', offer)
  const size = without(given, sizeParameter(envelope, kind, capabilities))
  const body = parameterValue(given, 'BODY') === undefined ? bodyParameter(envelope, offer, international) : {}
  const mail = { ...size, ...given, ...without(given, utf8 ? { SMTPUTF8: true } : {}), ...body }
  const rcpt = rcptParameters(envelope, offer, context)
  const announced = { from, to, mail, rcpt, ...kind, dropped: offer.dropped }
  checkCommands(announced, standing, Object.keys(given).length > 0)
  return announced
}

const sizeAlone: ReadonlySet<string> = new Set(['SIZE'])

/** The size asks for nothing: it is told where SIZE is offered, and nobody misses it elsewhere. */
function offerTo({ ifOffered = [] }: MailOptions, capabilities: Capabilities): Offer {
  return new Offer(
    capabilities,
    ifOffered.length === 0 ? sizeAlone : new Set([...droppableExtensions(ifOffered), 'SIZE']),
  )
}

interface WrittenPaths {
  readonly from: Path
  readonly to: readonly Path[]
  /** Whether one of them is beyond US-ASCII. */
  readonly international: boolean
}

function writtenPaths(envelope: Envelope, capabilities: Capabilities): WrittenPaths {
  const utf8 = capabilities.has('SMTPUTF8')
  const from = utf8 ? envelope.from : pathWithALabels(envelope.from)
  const to = utf8 ? envelope.to : envelope.to.map((path) => pathWithALabels(path))
  const international = !from.isAscii || to.some((path) => !path.isAscii)
  if (international && !utf8) {
    throw new NotSupportedError('SMTPUTF8', 'an address is beyond US-ASCII, and the server does not offer SMTPUTF8')
  }
  return { from, to, international }
}

/** Whether the header needs SMTPUTF8 (RFC 6531 §3.4) and gets it. Without options it goes as smtplib sends it, unasked. */
function hasUtf8Header({ options, eightBitHeader = false }: Envelope, offer: Offer): boolean {
  const problem =
    "the message's header has 8-bit octets, and the server does not offer SMTPUTF8; " +
    'encode them (RFC 2047), or name SMTPUTF8 in ifOffered to send them as they are'
  return options !== undefined && eightBitHeader && offer.takes(['SMTPUTF8'], problem)
}

function asksForSmtpUtf8({ options = {}, mailParameters = {} }: Envelope): boolean {
  const raw = parametersGiven(options.mailParameters, 'mailParameters')
  return (
    options.smtpUtf8 === true || [raw, mailParameters].some((each) => parameterValue(each, 'SMTPUTF8') !== undefined)
  )
}

function rcptParameters(
  { to, recipientOptions = [], rcptParameters: forAll = {} }: Envelope,
  offer: Offer,
  context: EncodingContext,
): readonly Parameters[] {
  const shared = keptParameters(forAll, offer.capabilities)
  return to.map((_, i) => {
    const options = recipientOptions[i]
    if (options === undefined) return shared
    const field = to.length === 1 ? 'to' : `to[${i}]`
    const raw = rawRequests(options.rcptParameters, `${field}.rcptParameters`)
    return { ...shared, ...takenParameters([...encodeRcptOptions(options, field, context), ...raw], offer) }
  })
}

/** All of them before the first is queued: a RCPT that is refused then would leave a MAIL behind. */
function checkCommands({ from, to, mail, rcpt }: Announcement, standing: Standing, asked: boolean): void {
  checkRequireTls(mail, standing)
  const mailCommand: MailCommand = { verb: 'MAIL', from, parameters: mail }
  // A path is fit for the wire by itself, and so is what is said unasked, so that neither need be encoded twice.
  if (asked || !from.isReversePath) checkCommand(mailCommand, standing, mailCommand)
  for (const [i, path] of to.entries()) {
    const parameters = rcpt[i] as Parameters
    if (path.isForwardPath && Object.keys(parameters).length === 0) continue
    checkCommand({ verb: 'RCPT', to: path, parameters }, standing, mailCommand)
  }
}

function checkCommand(command: MailCommand | RcptCommand, { capabilities }: Standing, mail: MailCommand): void {
  encodeCommand(command)
  checkExtensions(command, capabilities, asksFor(mail, 'SMTPUTF8'))
}

/** What is not among the given, however that is spelt. */
function without(given: Parameters, added: Parameters): Parameters {
  if (Object.keys(given).length === 0) return added
  return Object.fromEntries(Object.entries(added).filter(([keyword]) => parameterValue(given, keyword) === undefined))
}

function sizeParameter(envelope: Envelope, { binary }: ContentKind, capabilities: Capabilities): Parameters {
  const size = binary ? envelope.octets : envelope.size
  if (size === undefined) return {}
  const told = envelope.options?.size ?? size
  if (told !== size) {
    throw new InvalidArgumentError('size', `is not that of the message, which has ${size} octets`, String(told))
  }
  if (!capabilities.has('SIZE')) return {}
  const { maxMessageSize = Number.POSITIVE_INFINITY } = capabilities
  if (size > maxMessageSize) {
    throw new InvalidArgumentError('message', `has ${size} octets, and the server takes ${maxMessageSize} at most`)
  }
  return { SIZE: size }
}
