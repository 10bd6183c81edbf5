import { SmtpError } from './smtp-error.ts'

/** The TLS handshake failed for another reason than the certificate. `cause` is the runtime's error. */
export class TlsFailedError extends SmtpError {
  readonly code = 'TLS_FAILED'
}
