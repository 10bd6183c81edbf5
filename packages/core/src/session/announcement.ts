import { asksFor, checkExtensions } from '../connection/required-extensions.ts'
import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import { noParameters } from '../wire/command.ts'
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
import { bodyAsked, checkBody, saysEightBit } from './body-kind.ts'
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
  const { options = noOptions } = envelope
  const { capabilities } = standing
  const offer = offerTo(options, capabilities)
  const { from, to, international } = writtenPaths(envelope, capabilities)
  const utf8 = international || hasUtf8Header(envelope, offer)
  const context = { smtpUtf8: capabilities.has('SMTPUTF8') && (utf8 || asksForSmtpUtf8(envelope)) }

  const given = givenParameters(envelope, offer, context)
  const { content, binary } = contentKind(envelope, bodyAsked(envelope) === 'BINARYMIME', offer)
  const unsaid = (keyword: string) => parameterValue(given, keyword) === undefined
  const mail: Record<string, string | number | true> = {}
  const size = sizeToTell(envelope, binary, capabilities)
  if (size !== undefined && unsaid('SIZE')) mail['SIZE'] = size
  Object.assign(mail, given)
  if (utf8 && unsaid('SMTPUTF8')) mail['SMTPUTF8'] = true
  if (unsaid('BODY') && saysEightBit(envelope, offer, international)) mail['BODY'] = '8BITMIME'
  const rcpt = rcptParameters(envelope, offer, context)
  const announced = { from, to, mail, rcpt, content, binary, dropped: offer.dropped }
  checkCommands(announced, standing, given !== noParameters)
  return announced
}

const noOptions: MailOptions = Object.freeze({})

/** What the caller asks for with MAIL, as far as the server is told it. */
function givenParameters(envelope: Envelope, offer: Offer, context: EncodingContext): Parameters {
  const { options = noOptions, mailParameters = noParameters } = envelope
  if (isEmpty(options) && isEmpty(mailParameters)) return noParameters
  const requested = [...encodeMailOptions(options, context), ...rawRequests(options.mailParameters, 'mailParameters')]
  return { ...keptParameters(mailParameters, offer.capabilities), ...takenParameters(requested, offer) }
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

const sizeAlone: ReadonlySet<string> = new Set(['SIZE'])

/** The size asks for nothing: it is told where SIZE is offered, and nobody misses it elsewhere. */
function offerTo({ ifOffered }: MailOptions, capabilities: Capabilities): Offer {
  return new Offer(
    capabilities,
    ifOffered === undefined ? sizeAlone : new Set([...droppableExtensions(ifOffered), 'SIZE']),
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

function asksForSmtpUtf8({ options = noOptions, mailParameters = noParameters }: Envelope): boolean {
  const raw = parametersGiven(options.mailParameters, 'mailParameters')
  return (
    options.smtpUtf8 === true ||
    parameterValue(raw, 'SMTPUTF8') !== undefined ||
    parameterValue(mailParameters, 'SMTPUTF8') !== undefined
  )
}

function rcptParameters(
  { to, recipientOptions = [], rcptParameters: forAll = noParameters }: Envelope,
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
  for (let i = 0; i < to.length; i += 1) {
    const path = to[i] as Path
    const parameters = rcpt[i] as Parameters
    if (path.isForwardPath && isEmpty(parameters)) continue
    checkCommand({ verb: 'RCPT', to: path, parameters }, standing, mailCommand)
  }
}

function checkCommand(command: MailCommand | RcptCommand, { capabilities }: Standing, mail: MailCommand): void {
  encodeCommand(command)
  checkExtensions(command, capabilities, asksFor(mail, 'SMTPUTF8'))
}

function sizeToTell(envelope: Envelope, binary: boolean, capabilities: Capabilities): number | undefined {
  const size = binary ? envelope.octets : envelope.size
  if (size === undefined) return undefined
  const told = envelope.options?.size ?? size
  if (told !== size) {
    throw new InvalidArgumentError('size', `is not that of the message, which has ${size} octets`, String(told))
  }
  if (!capabilities.has('SIZE')) return undefined
  const { maxMessageSize = Number.POSITIVE_INFINITY } = capabilities
  if (size > maxMessageSize) {
    throw new InvalidArgumentError('message', `has ${size} octets, and the server takes ${maxMessageSize} at most`)
  }
  return size
}
