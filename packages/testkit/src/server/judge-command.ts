import { type CommandRule, commandTable } from './command-table.ts'
import { judgeAttributes } from './judge-attributes.ts'
import { judgeBurl, readBurlArgument } from './judge-burl.ts'
import { judgeChunk, judgeData, judgeUnsupported, readChunkArgument } from './judge-content.ts'
import { judgeMail, judgeRcpt } from './judge-envelope.ts'
import { judgeAuth, judgeAuthResponse, judgeEtrn, judgeHello, judgeQuestion, judgeStartTls } from './judge-session.ts'
import { accepted, type Chunk, faulty, type Judgement, orderFault, syntaxFault } from './judgement.ts'
import type { ReceivedLine } from './line-reader.ts'
import { isUtf8 } from './read-command.ts'
import type { ReceivedCommand } from './received.ts'
import { replyOf, usualReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'

/** The judge of a command that is known, legal and in form. */
type Judge = (command: ReceivedCommand, session: SessionRecord, settings: ServerSettings) => Judgement

const judges: Readonly<Record<string, Judge>> = {
  EHLO: judgeHello,
  HELO: judgeHello,
  LHLO: judgeHello,
  MAIL: judgeMail,
  RCPT: judgeRcpt,
  DATA: (_, session) => judgeData(session),
  BDAT: judgeChunk,
  BURL: judgeBurl,
  VRFY: judgeQuestion,
  EXPN: judgeQuestion,
  HELP: () => accepted(usualReply(214)),
  ETRN: judgeEtrn,
  XCLIENT: judgeAttributes,
  XFORWARD: judgeAttributes,
  STARTTLS: (_, session) => judgeStartTls(session),
  AUTH: judgeAuth,
  'AUTH-RESPONSE': judgeAuthResponse,
  QUIT: () => accepted(usualReply(221)),
}

/** Verbs that may carry octets beyond US-ASCII, on conditions of their own (RFC 6531 §3). */
const internationalVerbs: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'VRFY', 'EXPN'])

/** Judges a command: its line, whether it is known and legal here, its form, and then what it asks for. */
export function judgeCommand(
  command: ReceivedCommand,
  line: ReceivedLine,
  session: SessionRecord,
  settings: ServerSettings,
): Judgement {
  const judged =
    judgeLine(command, line, session) ??
    judgeStanding(command, session, settings) ??
    (judges[command.verb] ?? ordinary)(command, session, settings)
  return withChunk(withSpaces(judged, command), command, session)
}

/** How content is announced, by verb. */
const chunkReaders: Readonly<Record<string, (argument: string) => Chunk | undefined>> = {
  BDAT: readChunkArgument,
  BURL: readBurlArgument,
}

/** RFC 3030 §2: octets follow BDAT however it is judged, and where nobody is accepted LMTP has no reply to the last. */
function withChunk(judged: Judgement, { verb, argument }: ReceivedCommand, session: SessionRecord): Judgement {
  const extension = Object.hasOwn(commandTable, verb) ? commandTable[verb]?.extension : undefined
  const read = Object.hasOwn(chunkReaders, verb) ? chunkReaders[verb] : undefined
  const chunk = extension !== undefined && session.offered.has(extension) ? read?.(argument) : undefined
  if (chunk === undefined) return judged
  const { current } = session.log
  const owed = session.protocol === 'smtp' || !chunk.last || current === undefined || current.accepted.length > 0
  return owed ? { ...judged, chunk } : { ...judged, chunk, unanswered: true }
}

/** Servers put up with spaces at the end of a line (RFC 5321 §4.1.1); clients should not send them. */
function withSpaces(judged: Judgement, command: ReceivedCommand): Judgement {
  // MAIL and RCPT see to it themselves.
  if (!command.line.endsWith(' ') || command.verb === 'MAIL' || command.verb === 'RCPT') return judged
  return { ...judged, faults: [...judged.faults, { code: 'COMMAND_SYNTAX', message: 'spaces end the line' }] }
}

function ordinary(): Judgement {
  return accepted(usualReply(250))
}

function judgeLine({ verb, line: text }: ReceivedCommand, line: ReceivedLine, session: SessionRecord) {
  const limit = session.offered.maxLine(verb)
  if (line.length > limit) {
    const message = `the line is longer than ${limit} octets`
    return faulty('COMMAND_TOO_LONG', message, replyOf(500, verb.startsWith('AUTH') ? '5.5.6' : '5.5.2', message))
  }
  const syntaxError = replyOf(500, '5.5.2', 'a command has no control characters')
  if (/[\x01-\x09\x0b\x0c\x0e-\x1f\x7f]/.test(text)) {
    return faulty('COMMAND_SYNTAX', 'a command has no control characters', syntaxError)
  }
  // These were found when the line was read.
  if (/[\0\r\n]/.test(text)) return accepted(syntaxError)
  const international = internationalVerbs.has(verb) && isUtf8(line.octets)
  if (!international && /[^\0-\x7f]/.test(text)) {
    const message = 'octets beyond US-ASCII, or not in UTF-8'
    return faulty('EIGHT_BIT_COMMAND', message, replyOf(500, '5.5.2', message))
  }
  return undefined
}

function judgeStanding(
  { verb, argument }: ReceivedCommand,
  session: SessionRecord,
  settings: ServerSettings,
): Judgement | undefined {
  const rule = ruleOf(verb, session)
  if (rule === undefined) return judgeUnknown(verb, session)
  if (
    rule.extension !== undefined &&
    !session.offered.has(rule.extension) &&
    !(verb === 'STARTTLS' && session.secure)
  ) {
    return judgeMissing(verb, rule.extension, session, settings)
  }
  if (settings.requireTls && !session.secure && !rule.beforeTls)
    return accepted(replyOf(530, '5.7.0', 'STARTTLS first'))
  if (settings.requireAuth && session.user === undefined && !rule.beforeAuth) {
    return accepted(replyOf(530, '5.7.0', 'authenticate first'))
  }
  if (!rule.legalIn.includes(session.state)) return judgeOrder(verb, session)
  const given = argument.trimEnd() !== ''
  if (rule.argument === 'none' && given) return syntaxFault(`${verb} takes no argument`)
  if (rule.argument === 'required' && !given) return syntaxFault(`${verb} takes an argument`)
  return undefined
}

/** The rule of a verb that the protocol has. */
export function ruleOf(verb: string, { protocol, state }: SessionRecord): CommandRule | undefined {
  const rule = Object.hasOwn(commandTable, verb) ? commandTable[verb] : undefined
  // A line may say AUTH-RESPONSE, but only the state makes it one.
  return rule?.unknownTo === protocol || (verb === 'AUTH-RESPONSE' && state !== 'auth') ? undefined : rule
}

function judgeUnknown(verb: string, session: SessionRecord): Judgement {
  // An extension's verb that this server has no model of: the policy may have.
  if (session.offered.has(verb)) return accepted(usualReply(502))
  return faulty('UNKNOWN_COMMAND', 'the command is not known', replyOf(500, '5.5.1', 'command not known'))
}

function judgeMissing(verb: string, extension: string, session: SessionRecord, settings: ServerSettings): Judgement {
  const { extensions } = settings
  if (!session.helloDone && extensions[extension] !== undefined && extensions[extension] !== false) {
    return orderFault(`${verb} needs ${session.protocol === 'lmtp' ? 'LHLO' : 'EHLO'} before it`)
  }
  const message = `${extension} is not offered`
  return faulty('EXTENSION_NOT_OFFERED', message, replyOf(502, '5.5.1', message))
}

function judgeOrder(verb: string, session: SessionRecord): Judgement {
  if (session.helloForgotten) return accepted(replyOf(503, '5.5.1', 'the session begins anew after RSET'))
  if (['RCPT', 'DATA', 'BDAT', 'BURL'].includes(verb)) return judgeUnsupported(verb, session)
  if (session.state === 'refused') return orderFault('only QUIT is left')
  return orderFault(session.helloDone ? `${verb} has no place here` : 'a session begins with EHLO, HELO or LHLO')
}
