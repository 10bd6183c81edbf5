export { domainToALabels } from './a-labels.ts'
export { addressOnly } from './address-only.ts'
export { decodeBase64, encodeBase64 } from './base64.ts'
export { Capabilities, type SessionLimits } from './capabilities.ts'
export { ChunkEncoder } from './chunk-encoder.ts'
export type {
  ArgumentCommand,
  AuthCommand,
  AuthResponse,
  BareCommand,
  BdatCommand,
  Command,
  ForwardCommand,
  ForwardedAttributes,
  HelloCommand,
  LineCommand,
  MailCommand,
  OtherCommand,
  Parameters,
  RcptCommand,
  Verb,
} from './command.ts'
export {
  type EncodedCommand,
  encodeChunkLine,
  encodeCommand,
  encodeUrlLine,
  maxCommandLineLength,
} from './command-encoder.ts'
export type { ContentEncoder } from './content-encoder.ts'
export { type ContentSurvey, surveyContent } from './content-survey.ts'
export { DataEncoder } from './data-encoder.ts'
export { checkClientName, checkDomain, isDomain, isIpv6 } from './domain.ts'
export {
  type ForwardedPort,
  forwardedAttributes,
  type Unavailable,
  type XclientAttributes,
  type XforwardAttributes,
} from './forwarded-attributes.ts'
export { inCapitals } from './in-capitals.ts'
export { parseRecipient, parseSender } from './mailbox.ts'
export { concatenated, merged } from './merged.ts'
export type {
  DeliverByOptions,
  EsmtpOptions,
  MailOptions,
  MailParameterOptions,
  OriginalRecipient,
  RcptOptions,
  RcptParameterOptions,
  TrackingOptions,
  ValidSinceOptions,
} from './parameters/index.ts'
export { parseCommand } from './parse-command.ts'
export { namedInCapitals, parseParameters } from './parse-parameters.ts'
export { Path, parseForwardPath, parseReversePath } from './path.ts'
export { pathWithALabels } from './path-with-a-labels.ts'
export {
  encodeProxyHeader,
  type ProxiedConnection,
  type ProxyEndpoint,
  type ProxyHeader,
  type UnproxiedConnection,
} from './proxy-header.ts'
export { queueName } from './queue-name.ts'
export { quoteAddress } from './quote-address.ts'
export { quoteData } from './quote-data.ts'
export { Reply } from './reply.ts'
export { ReplyDecoder, type ReplyLimits } from './reply-decoder.ts'
export { decodeUtf8, encodeUtf8, isAscii } from './utf8.ts'
export { decodeXtext, encodeXtext } from './xtext.ts'
