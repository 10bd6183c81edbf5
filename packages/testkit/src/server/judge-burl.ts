import { accepted, type Chunk, faulty, type Judgement, syntaxFault } from './judgement.ts'
import type { ReceivedCommand } from './received.ts'
import { replyOf } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'

/** absolute-URI (RFC 3986 §4.3): without a fragment. */
const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]-]|%[0-9A-Fa-f]{2})*$/

/** Reads what stands behind BURL (RFC 4468 §3.5). */
export function readBurlArgument(argument: string): Chunk | undefined {
  const [, url = '', last] = /^([^ ]+)( LAST)?$/i.exec(argument) ?? []
  return absoluteUri.test(url) ? { size: 0, last: last !== undefined, url } : undefined
}

/** Judges BURL (RFC 4468 §3), where it is legal. */
export function judgeBurl({ argument }: ReceivedCommand, session: SessionRecord, settings: ServerSettings): Judgement {
  const { url = '', last = false } = readBurlArgument(argument) ?? {}
  if (url === '') return syntaxFault('BURL takes an absolute URI and perhaps LAST')
  if (!last && !session.offered.has('CHUNKING')) {
    const message = 'CHUNKING is not offered, so that BURL must bring the whole message'
    return faulty('EXTENSION_NOT_OFFERED', message, replyOf(503, '5.5.1', message))
  }
  if (!permits(session.offered.parameters('BURL'), url)) {
    const message = 'BURL is not offered for such a URL'
    return faulty('EXTENSION_NOT_OFFERED', message, replyOf(554, '5.7.8', message))
  }
  if (!settings.urls.has(url)) return accepted(replyOf(554, '5.6.6', 'the URL can not be resolved'))
  return accepted(replyOf(250, '2.5.0', last ? 'taken' : 'waiting for more'))
}

/** RFC 4468 §3.3: `imap` is for any IMAP URL, `imap://host` for those of a server that is trusted. */
function permits(parameters: readonly string[], url: string): boolean {
  const [, authority] = /^imap:\/\/([^/?]*)/i.exec(url) ?? []
  if (authority === undefined) return true
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase()
  return parameters
    .map((parameter) => parameter.toLowerCase())
    .some((each) => each === 'imap' || each === `imap://${host}`)
}
