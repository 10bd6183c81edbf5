export { type ClientViolation, type ClientViolationCode, timingViolationCodes } from './client-violation.ts'
export { defaultExtensions, type Extensions, noExtensions } from './extensions.ts'
export * as policies from './policies.ts'
export type {
  CommandMoment,
  ContentMoment,
  GreetingMoment,
  Moment,
  Policy,
  PolicyAnswer,
  PrdrMoment,
  RawAnswer,
  ReplyAnswer,
} from './policy.ts'
export type { Quirks } from './quirks.ts'
export type {
  ContentVerb,
  ProxiedEnd,
  ReceivedAttributes,
  ReceivedCommand,
  ReceivedMessage,
  ReceivedParameters,
  ReceivedProxyHeader,
  ReceivedTransaction,
  RecipientTruth,
} from './received.ts'
export { ServerConnection } from './server-connection.ts'
export { defaultServerLimits, type ServerLimits } from './server-limits.ts'
export type { ServerConnectionOptions } from './server-options.ts'
export type {
  CommandReceived,
  MessageReceived,
  ServerOutput,
  ServerSendBytes,
  ViolationFound,
} from './server-output.ts'
export type { GivenReply, ServerReply } from './server-reply.ts'
export type { ServerSession } from './server-session.ts'
export type { ServerState } from './server-state.ts'
