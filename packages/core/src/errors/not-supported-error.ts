import { SmtpError } from './smtp-error.ts'

/** The server does not offer an extension or mechanism that the caller's request needs. */
export class NotSupportedError extends SmtpError {
  readonly code = 'NOT_SUPPORTED'
  /** The EHLO keyword that is missing, such as `STARTTLS`. */
  readonly extension: string

  constructor(extension: string, message: string) {
    super(message)
    this.extension = extension
  }
}
