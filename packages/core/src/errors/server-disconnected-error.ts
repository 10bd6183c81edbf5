import { SmtpError } from './smtp-error.ts'

/**
 * The session is over without the caller's doing: it had ended before this call, or ended or fell silent meanwhile.
 * `cause` is the transport's own error, if it had one.
 */
export abstract class ServerDisconnectedError extends SmtpError {}
