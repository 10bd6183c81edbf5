export { ClientConnection } from './client-connection.ts'
export type { ClientConnectionOptions } from './client-connection-options.ts'
export { type Dialect, lmtp, smtp } from './dialect.ts'
export { defaultLimits, type Limits } from './limits.ts'
export type {
  BodyRequested,
  CapabilitiesChanged,
  Closed,
  CloseRequested,
  CommandSkipped,
  ContentFate,
  Event,
  Failed,
  GreetingReceived,
  Output,
  ReplyReceived,
  SendBytes,
  ServerClosing,
  StartTlsRequested,
} from './output.ts'
export {
  type ExchangeName,
  type ExchangeRule,
  type ReplyClass,
  replyClasses,
  type State,
  states,
  stateTable,
} from './state-table.ts'
export { checkMilliseconds, defaultTimeouts, type Timeout, type TimeoutPhase, type Timeouts } from './timeouts.ts'
export type { ChannelBindings, TlsInfo } from './tls-info.ts'
export { stateAfter, stateAfterReply } from './transitions.ts'
