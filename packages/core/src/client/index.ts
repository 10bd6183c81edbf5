export type { CallOptions } from './call-options.ts'
export { Client, type SendMailOptions, type SendMessageOptions } from './client.ts'
export { type AuthOptions, CommandClient, type LoginOptions, type StartTlsOptions } from './command-client.ts'
export type { ConnectOptions, SessionOptions } from './connect-options.ts'
export { connectionFailed } from './connection-failed.ts'
export {
  type ContentPiece,
  type ContentSource,
  type ContentUrl,
  contentSource,
  type Message,
} from './content-source.ts'
export type { DeliverAllOptions, DeliverOptions } from './deliver-options.ts'
export { DeliveringClient } from './delivering-client.ts'
export type { Delivery, DeliveryReport, Recipient, RecipientReport } from './delivery.ts'
export type { Deliveries } from './delivery-stream.ts'
export type { Address } from './endpoint.ts'
export type { EsmtpOptions } from './esmtp-options.ts'
export { ExtensionClient } from './extension-client.ts'
export { LmtpClient } from './lmtp-client.ts'
export type { PoolEvent } from './pool/pool-event.ts'
export type { PoolOptions } from './pool/pool-options.ts'
export { type PoolCounts, SmtpPool } from './pool/smtp-pool.ts'
export { Pump, type PumpOptions, type RunOptions } from './pump.ts'
export type { SendingOptions } from './sending-options.ts'
export type { OpenSession, Session } from './session.ts'
export { type Run, SessionClient } from './session-client.ts'
export { SmtpClient } from './smtp-client.ts'
export { tlsFailed } from './tls-failed.ts'
export type { TlsPolicy } from './tls-policy.ts'
export { tlsServerEndPoint } from './tls-server-end-point.ts'
export type { OnTranscript, TranscriptEntry } from './transcript.ts'
export type { Connect, ConnectRequest, Target, TlsOptions, Transport } from './transport.ts'
