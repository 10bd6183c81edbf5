export { authenticate, authenticateWith } from './authentication.ts'
export {
  type AuthenticationOptions,
  completeScramLimits,
  defaultScramLimits,
  type ExchangeOptions,
  type ScramLimits,
} from './authentication-options.ts'
export { sevenBitReason } from './body-kind.ts'
export {
  type CertificateCredentials,
  type Credentials,
  checkCredentials,
  type PasswordCredentials,
  type TokenCredentials,
} from './credentials.ts'
export { data } from './data.ts'
export type {
  ContentFailed,
  ContentSent,
  Demand,
  DeriveKey,
  FetchToken,
  HashName,
  KeyDerivation,
  KeyDerived,
  MailTaken,
  MakeNonce,
  NonceMade,
  SendContent,
  TakeMail,
  TokenFailed,
  TokenFetched,
  TokenProvider,
  TokenRequest,
  Wait,
  Waited,
  Work,
  WorkDone,
} from './demand.ts'
export type { Envelope } from './envelope.ts'
export { mail, rcpt } from './envelope-commands.ts'
export { type Flow, type FlowEvent, replyTo, request } from './flow.ts'
export { xclient, xforward } from './forwarded-client.ts'
export { hello } from './hello.ts'
export { MailBacklog, type MailSource } from './mail-backlog.ts'
export type { MailObject } from './mail-object.ts'
export type { MailWindowOptions, Pipelining } from './mail-window.ts'
export { isMessageFault, type MailingEnd, sendAll } from './mailing.ts'
export { awaitGreeting, establish, type OpeningOptions, open, type StartTlsPolicy } from './opening.ts'
export { quit } from './quitting.ts'
export type { DecidedBy, RecipientOutcome, RecipientStatus } from './report.ts'
export { reset } from './reset.ts'
export type { SaslContext, SaslCredentials, SaslExchange, SaslMechanism, SlowResponse } from './sasl/mechanism.ts'
export { knownMechanisms, mechanisms } from './sasl/mechanisms.ts'
export { type GivenAddresses, sendMail } from './sending.ts'
export type { ServerTraits } from './server-traits.ts'
export { startTls } from './start-tls.ts'
export { type TransactionResult, transact } from './transaction.ts'
