import { replyOf, type ServerReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'

/** The greeting (RFC 5321 §4.3.1, RFC 2033 §4). */
export function usualGreeting(protocol: 'smtp' | 'lmtp', { name, quirks }: ServerSettings): ServerReply {
  const title = `${name} ${protocol === 'lmtp' ? 'LMTP' : 'ESMTP'} ready`
  return quirks.greetsInSeveralLines ? replyOf(220, '', title, 'no unsolicited mail', 'go on') : replyOf(220, '', title)
}
