import { beyondMailMax, beyondRcptMax } from './judge-limits.ts'
import { judgeValues } from './judge-values.ts'
import { type Fault, type Judgement, type Objection, syntaxFault } from './judgement.ts'
import { isForwardPath, isReversePath, readPathArgument } from './path-argument.ts'
import { readParameters } from './read-parameters.ts'
import type { ReceivedCommand } from './received.ts'
import { replyOf } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'

const notAscii = /[^\0-\x7f]/

/** Judges MAIL (RFC 5321 §4.1.1.2, RFC 6531 §3.4), where it is legal. */
export function judgeMail(command: ReceivedCommand, session: SessionRecord, settings: ServerSettings): Judgement {
  return judgePath(command, session, settings, ({ parameters }) => {
    if (notAscii.test(command.argument) && parameters['SMTPUTF8'] === undefined) {
      return { code: 'EIGHT_BIT_COMMAND', refusal: replyOf(550, '5.6.7', 'address beyond US-ASCII without SMTPUTF8') }
    }
    return beyondMailMax(session)
  })
}

/** Judges RCPT (RFC 5321 §4.1.1.3, RFC 6531 §3.5), where it is legal. */
export function judgeRcpt(command: ReceivedCommand, session: SessionRecord, settings: ServerSettings): Judgement {
  const { current } = session.log
  return judgePath(command, session, settings, ({ path }) => {
    if (notAscii.test(command.argument) && !current?.smtpUtf8) {
      return { code: 'EIGHT_BIT_COMMAND', refusal: replyOf(553, '5.6.7', 'address beyond US-ASCII without SMTPUTF8') }
    }
    const beyond = beyondRcptMax(session, path)
    if (beyond !== undefined) return beyond
    const full = (current?.accepted.length ?? 0) >= settings.limits.maxRecipients
    return full ? { refusal: replyOf(452, '4.5.3', 'too many recipients') } : undefined
  })
}

/** Adds what MAIL and RCPT say to what was found without looking, as where they are out of order. */
export function withPath(judged: Judgement, { verb, argument }: ReceivedCommand, session: SessionRecord): Judgement {
  if ((verb !== 'MAIL' && verb !== 'RCPT') || judged.path !== undefined) return judged
  const read = readPathArgument(argument, verb === 'MAIL' ? 'FROM:' : 'TO:')
  if (read === undefined) return { ...judged, path: argument }
  return { ...judged, path: read.path, parameters: readParameters(read.rest, verb, session.offered).parameters }
}

interface ReadCommand {
  readonly path: string
  readonly parameters: Readonly<Record<string, string | true>>
}

function judgePath(
  { verb, argument }: ReceivedCommand,
  session: SessionRecord,
  settings: ServerSettings,
  object: (read: ReadCommand) => Objection,
): Judgement {
  const isMail = verb === 'MAIL'
  const keyword = isMail ? 'FROM:' : 'TO:'
  const read = readPathArgument(argument, keyword)
  if (read === undefined || (read.rest !== '' && !read.rest.startsWith(' '))) {
    return { ...syntaxFault(`${verb} ${keyword}<path> is the syntax`), path: argument }
  }
  const { path } = read
  const { parameters, faults, refusal } = readParameters(read.rest, isMail ? 'MAIL' : 'RCPT', session.offered)
  const found = { path, parameters }
  if (!(isMail ? isReversePath(path) : isForwardPath(path))) {
    const code = isMail ? '5.1.7' : '5.1.3'
    const message = 'the path is malformed'
    return { ...found, usual: replyOf(501, code, message), faults: [{ code: 'COMMAND_SYNTAX', message }, ...faults] }
  }
  const objection = object(found) ?? (refusal === undefined ? judgeValues(parameters, session, settings) : undefined)
  const all: Fault[] = [...tolerated(read), ...faults]
  if (objection?.code !== undefined) all.push({ code: objection.code, message: objection.refusal.lines.join(' ') })
  const quirky = settings.quirks.refusesParameters?.find((name) => parameters[name.toUpperCase()] !== undefined)
  const unlike = quirky === undefined ? undefined : replyOf(555, '5.5.4', `${quirky} is not recognised`)
  const positive = replyOf(250, isMail ? '2.1.0' : '2.1.5', `${isMail ? 'sender' : 'recipient'} <${path}> ok`)
  return { ...found, usual: refusal ?? unlike ?? objection?.refusal ?? positive, faults: all }
}

/** What servers put up with. */
function tolerated({ hadSpace, hadSourceRoute }: { hadSpace: boolean; hadSourceRoute: boolean }): readonly Fault[] {
  const faults: Fault[] = []
  if (hadSpace) faults.push({ code: 'COMMAND_SYNTAX', message: 'no space stands between the colon and the path' })
  if (hadSourceRoute) faults.push({ code: 'SOURCE_ROUTE', message: 'source routes are not sent any more' })
  return faults
}
