import type { AbortedError } from './aborted-error.ts'
import type { CertificateError } from './certificate-error.ts'
import type { ConnectionFailedError } from './connection-failed-error.ts'
import type { ContentSourceError } from './content-source-error.ts'
import type { InvalidArgumentError } from './invalid-argument-error.ts'
import type { LocalProtocolError } from './local-protocol-error.ts'
import type { NotConnectedError } from './not-connected-error.ts'
import type { NotSupportedError } from './not-supported-error.ts'
import type { RecipientsRefusedError } from './recipients-refused-error.ts'
import type { RemoteProtocolError } from './remote-protocol-error.ts'
import type {
  AuthenticationError,
  ConnectError,
  DataError,
  HeloError,
  SenderRefusedError,
  StartTlsRefusedError,
} from './response-error.ts'
import { SmtpError } from './smtp-error.ts'
import type { TimeoutError } from './timeout-error.ts'
import type { TlsFailedError } from './tls-failed-error.ts'
import type { TokenProviderError } from './token-provider-error.ts'
import type { UnexpectedEofError } from './unexpected-eof-error.ts'

/** Every error of this library, as a union on `code`: a `switch` over it narrows to the class and its fields. */
export type AnySmtpError =
  | AbortedError
  | AuthenticationError
  | CertificateError
  | ConnectError
  | ConnectionFailedError
  | ContentSourceError
  | DataError
  | HeloError
  | InvalidArgumentError
  | (LocalProtocolError & { readonly code: 'LOCAL_PROTOCOL' })
  | NotConnectedError
  | NotSupportedError
  | RecipientsRefusedError
  | RemoteProtocolError
  | SenderRefusedError
  | StartTlsRefusedError
  | TimeoutError
  | TlsFailedError
  | TokenProviderError
  | UnexpectedEofError

/** Whether what was caught is an error of this library; narrows it to the union. */
export function isSmtpError(error: unknown): error is AnySmtpError {
  return error instanceof SmtpError
}
