import { tlsFailed } from '@sansmtp/core/client'
import { type CertificateCheck, CertificateError, type SmtpError } from '@sansmtp/core/common'

/** What rustls says of a certificate that it refuses. The peer's own words come further back, if at all. */
const refusal = /^invalid peer certificate: (.*)/

/** The beginnings of what it says next. All others are `refused`. */
const checks: readonly (readonly [RegExp, CertificateCheck])[] = [
  // By a namesake of a trusted authority: `BadSignature`.
  [/^(?:UnknownIssuer|BadSignature)\b/, 'untrusted'],
  [/^(?:certificate expired|certificate not valid yet|Expired|NotValidYet)\b/, 'expired'],
  [/^(?:certificate not valid for name|NotValidForName)\b/, 'name-mismatch'],
]

/** What a failed handshake rejects with. Deno has no codes for it, but rustls's messages. */
export function handshakeError(serverName: string, cause: unknown): SmtpError {
  const found = cause instanceof Deno.errors.InvalidData && refusal.exec(cause.message)
  if (!found) return tlsFailed(serverName, cause)
  const [, reason = ''] = found
  const check = checks.find(([pattern]) => pattern.test(reason))?.[1] ?? 'refused'
  return new CertificateError(check, serverName, { cause })
}
