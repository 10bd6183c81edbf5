export { encodeDateTime, instantOf, isDateTime } from './date-time.ts'
export { droppableExtensions } from './droppable-extensions.ts'
export { encodeMailOptions, encodeRcptOptions, type RequestedParameter } from './encode-options.ts'
export { type EsmtpOptions, parametersGiven } from './esmtp-options.ts'
export type { DeliverByOptions, MailOptions, MailParameterOptions, TrackingOptions } from './mail-options.ts'
export { parameterExtensions } from './parameter-extension.ts'
export {
  type EncodingContext,
  mailParameterTable,
  type ParameterRow,
  type ParameterTable,
  rcptParameterTable,
} from './parameter-table.ts'
export { bodyValue, parameterValue } from './parameter-value.ts'
export type { OriginalRecipient, RcptOptions, RcptParameterOptions, ValidSinceOptions } from './rcpt-options.ts'
