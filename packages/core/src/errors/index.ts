export { AbortedError } from './aborted-error.ts'
export { type AnySmtpError, isSmtpError } from './any-smtp-error.ts'
export { type CertificateCheck, CertificateError } from './certificate-error.ts'
export { ConnectionFailedError } from './connection-failed-error.ts'
export { ContentSourceError } from './content-source-error.ts'
export { escapeForDisplay } from './escape-for-display.ts'
export { InvalidArgumentError } from './invalid-argument-error.ts'
export { LocalProtocolError } from './local-protocol-error.ts'
export { NotConnectedError } from './not-connected-error.ts'
export { NotSupportedError } from './not-supported-error.ts'
export { RecipientsRefusedError, type RefusedRecipient } from './recipients-refused-error.ts'
export { RemoteProtocolError, type Violation } from './remote-protocol-error.ts'
export {
  AuthenticationError,
  ConnectError,
  DataError,
  HeloError,
  type RefusingReply,
  ResponseError,
  SenderRefusedError,
  StartTlsRefusedError,
} from './response-error.ts'
export { ServerDisconnectedError } from './server-disconnected-error.ts'
export { type ErrorCode, SmtpError } from './smtp-error.ts'
export { TimeoutError } from './timeout-error.ts'
export { TlsFailedError } from './tls-failed-error.ts'
export { TokenProviderError } from './token-provider-error.ts'
export { UnexpectedEofError } from './unexpected-eof-error.ts'
