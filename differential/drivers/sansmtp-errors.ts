import { isSmtpError } from '@sansmtp/node'
import type { ErrorOutcome, ReplyOutcome } from './outcome.ts'
import { refusals, replyOutcome } from './sansmtp-calls.ts'

/** An error of sansmtp as it is compared. Any other error is a defect, which no difference can excuse. */
export function errorOutcome(error: unknown): ErrorOutcome {
  if (!isSmtpError(error)) return { error: `Defect ${error}` }
  switch (error.code) {
    case 'NOT_SUPPORTED':
      return { error: 'NotSupported' }
    case 'NOT_CONNECTED':
    case 'UNEXPECTED_EOF':
    case 'TIMEOUT':
      return { error: 'ServerDisconnected' }
    case 'INVALID_ARGUMENT':
      return { error: 'InvalidArgument', escapes: escapesIn(error.message) }
    case 'LOCAL_PROTOCOL':
      return { error: 'LocalProtocol' }
    case 'REMOTE_PROTOCOL':
      if (error.violation === 'TOO_MANY_CHALLENGES') return { error: 'TooManyChallenges' }
      if (error.replyCode === 500) return { error: 'Response', reply: [500, ''] }
      return { error: `RemoteProtocol ${error.violation}` }
    case 'CONNECT':
      return { error: 'Connect', reply: replyOf(error) }
    case 'HELO':
      return { error: 'Helo', reply: replyOf(error) }
    case 'AUTHENTICATION':
      return { error: 'Authentication', reply: replyOf(error) }
    case 'STARTTLS_REFUSED':
      return { error: 'Response', reply: replyOf(error) }
    case 'SENDER_REFUSED':
      return { error: 'SenderRefused', reply: replyOf(error), sender: error.sender }
    case 'RECIPIENTS_REFUSED':
      return { error: 'RecipientsRefused', recipients: refusals(error.recipients) }
    case 'DATA':
      return { error: 'Data', reply: replyOf(error) }
    case 'CONNECTION_FAILED':
      return { error: 'ConnectionFailed' }
    case 'TLS_FAILED':
      return { error: 'TlsFailed' }
    case 'CERTIFICATE_UNTRUSTED':
    case 'CERTIFICATE_EXPIRED':
    case 'CERTIFICATE_NAME_MISMATCH':
    case 'CERTIFICATE_REFUSED':
      return { error: 'CertificateRefused' }
    default:
      return { error: error.code }
  }
}

function replyOf({ replyCode, text }: { readonly replyCode: number; readonly text: string }): ReplyOutcome {
  return replyOutcome({ code: replyCode, text })
}

function escapesIn(message: string): readonly string[] {
  return [...new Set(message.match(/\\[rn]/g))].sort()
}
