import { isDomain } from '@sansmtp/core'
import { readBase64 } from './base64-response.ts'
import { accepted, faulty, type Judgement, orderFault, syntaxFault } from './judgement.ts'
import type { ReceivedCommand } from './received.ts'
import { knowsMechanism, type SaslExchange, saslStep } from './sasl.ts'
import { replyOf, usualReply } from './server-reply.ts'
import { offerNow, type ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'

/** Judges EHLO, HELO and LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1). */
export function judgeHello(
  { verb, argument }: ReceivedCommand,
  session: SessionRecord,
  settings: ServerSettings,
): Judgement {
  if (verb === 'EHLO' && settings.quirks.knowsOnlyHelo) return accepted(replyOf(502, '5.5.1', 'not implemented'))
  const domain = argument.trimEnd()
  if (!isDomain(domain)) return syntaxFault(`${verb} takes a domain or an address literal`)
  const offered = verb === 'HELO' ? [] : offerNow(settings, session).lines(settings.quirks)
  return accepted(replyOf(250, '', `${settings.name} greets ${domain}`, ...offered))
}

/** Judges STARTTLS (RFC 3207 §4). */
export function judgeStartTls(session: SessionRecord): Judgement {
  return session.secure ? orderFault('TLS stands already') : accepted(replyOf(220, '2.0.0', 'ready to start TLS'))
}

/** Judges VRFY and EXPN (RFC 5321 §4.1.1.6, RFC 6531 §3.7.4.2). */
export function judgeQuestion({ verb, argument }: ReceivedCommand, session: SessionRecord): Judgement {
  const smtpUtf8 = / SMTPUTF8$/i.test(argument)
  if (smtpUtf8 && !session.offered.has('SMTPUTF8')) {
    const message = 'SMTPUTF8 is not offered'
    return faulty('EXTENSION_NOT_OFFERED', message, replyOf(555, '5.5.4', message))
  }
  if (!smtpUtf8 && /[^\0-\x7f]/.test(argument)) {
    const message = 'octets beyond US-ASCII without SMTPUTF8'
    return faulty('EIGHT_BIT_COMMAND', message, replyOf(501, '5.5.2', message))
  }
  return accepted(usualReply(verb === 'VRFY' ? 252 : 502))
}

/** Judges ETRN (RFC 1985 §5): a domain, `@` before it for all its subdomains, or `#` and the name of a queue. */
export function judgeEtrn({ argument }: ReceivedCommand): Judgement {
  const node = argument.trimEnd()
  const wellFormed = /^#[!-~]+$/.test(node) || isDomain(node.replace(/^@/, ''))
  if (!wellFormed) return syntaxFault('ETRN takes a domain, perhaps behind an @, or a queue behind a #')
  return accepted(replyOf(250, '2.0.0', `queuing for ${node} started`))
}

/** Judges AUTH (RFC 4954 §4). */
export function judgeAuth({ argument }: ReceivedCommand, session: SessionRecord, settings: ServerSettings): Judgement {
  if (session.user !== undefined) return orderFault('AUTH has succeeded before')
  const [, name, initial] = /^([A-Za-z0-9_-]{1,20})(?: ([^ ]+))?$/.exec(argument.trimEnd()) ?? []
  if (name === undefined) return syntaxFault('AUTH takes a mechanism and perhaps an initial response')
  const mechanism = name.toUpperCase()
  const unknown = replyOf(504, '5.5.4', 'mechanism not known')
  if (!session.offered.mechanisms.includes(mechanism)) {
    return faulty('EXTENSION_NOT_OFFERED', `the mechanism ${mechanism} is not offered`, unknown)
  }
  if (!knowsMechanism(mechanism)) return { ...accepted(unknown), sasl: { mechanism, responses: [] } }
  if (initial === undefined) return proceed({ mechanism, responses: [] }, settings)
  const response = initial === '=' ? new Uint8Array(0) : readBase64(initial)
  return response === undefined ? badResponse() : proceed({ mechanism, responses: [response] }, settings)
}

/** Judges the answer to a challenge (RFC 4954 §4). */
export function judgeAuthResponse(
  { line }: ReceivedCommand,
  session: SessionRecord,
  settings: ServerSettings,
): Judgement {
  if (line === '*') return accepted(replyOf(501, '5.7.0', 'authentication cancelled'))
  const response = readBase64(line)
  const { mechanism = '', responses = [] } = session.sasl ?? {}
  return response === undefined ? badResponse() : proceed({ mechanism, responses: [...responses, response] }, settings)
}

function proceed(sasl: SaslExchange, settings: ServerSettings): Judgement {
  const step = saslStep(sasl, settings)
  if (step === 'refused') return { ...accepted(usualReply(535)), sasl }
  return { ...accepted('user' in step ? usualReply(235) : replyOf(334, '', step.challenge)), sasl }
}

function badResponse(): Judgement {
  return faulty('COMMAND_SYNTAX', 'the response is not base64', replyOf(501, '5.5.2', 'the response is not base64'))
}
