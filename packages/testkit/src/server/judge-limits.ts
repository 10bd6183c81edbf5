import type { Objection } from './judgement.ts'
import type { Offer } from './offer.ts'
import { replyOf } from './server-reply.ts'
import type { SessionRecord } from './session-record.ts'

type LimitName = 'MAILMAX' | 'RCPTMAX' | 'RCPTDOMAINMAX'

/**
 * Judges MAIL by MAILMAX (RFC 9422 §4.1), which counts those that fail as well. The RFC leaves the reply open; where
 * no more mail is taken in this session there is nothing left but to close it (RFC 5321 §3.8).
 */
export function beyondMailMax({ offered, spent }: SessionRecord): Objection {
  const max = limitOf(offered, 'MAILMAX')
  return spent.mails < max ? undefined : beyond(421, '4.7.0', `at most ${max} transactions in a session`)
}

/** Judges RCPT by RCPTMAX, for the transaction, and RCPTDOMAINMAX, for the session (RFC 9422 §4.2 and §4.3). */
export function beyondRcptMax({ offered, spent, log }: SessionRecord, path: string): Objection {
  const max = limitOf(offered, 'RCPTMAX')
  if ((log.current?.recipients.length ?? 0) >= max) return beyond(452, '4.5.3', `at most ${max} recipients at a time`)
  const domainMax = limitOf(offered, 'RCPTDOMAINMAX')
  const another = path.includes('@') && !spent.hasDomainOf(path)
  if (!another || spent.domains < domainMax) return undefined
  return beyond(452, '4.5.3', `at most ${domainMax} domains of recipients in a session`)
}

/** Infinite where none was offered, or none that is well-formed (RFC 9422 §3.7). */
function limitOf(offered: Offer, name: LimitName): number {
  const values = offered.parameters('LIMITS').map((parameter) => parameter.toUpperCase().split('='))
  const [, value = ''] = values.find(([limit]) => limit === name) ?? []
  return /^[1-9]\d{0,5}$/.test(value) ? Number(value) : Number.POSITIVE_INFINITY
}

function beyond(code: number, enhancedCode: string, message: string): Objection {
  return { code: 'LIMIT_EXCEEDED', refusal: replyOf(code, enhancedCode, message) }
}
