export { characterBeyondAscii, control, loneSurrogate } from './characters.ts'
export { type Chunked, chunked } from './chunked.ts'
export { type CommandSequenceOptions, commandSequence } from './command-sequences.ts'
export {
  authCommand,
  bdatCommand,
  command,
  commandArgument,
  forwardCommand,
  helloCommand,
  mailCommand,
  mechanismName,
  otherCommand,
  rcptCommand,
} from './commands.ts'
export { dateTime } from './date-times.ts'
export {
  type DeliveriesChoice,
  type DeliveryChoice,
  type DeliveryExample,
  deliveries,
  delivery,
  type RecipientExample,
} from './deliveries.ts'
export { deliveryOptions, type OptionChoice } from './delivery-options.ts'
export { addressLiteral, type DomainOptions, domain, ipv4, ipv6, label, uLabel } from './domains.ts'
export { type EhloExample, ehloReply } from './ehlo-replies.ts'
export { type EnvelopeOptions, envelope } from './envelopes.ts'
export { injected } from './injections.ts'
export { dotString, localPart, type MailboxOptions, mailbox, quotedString } from './mailboxes.ts'
export { type MalformedMailbox, malformedMailbox } from './malformed-mailboxes.ts'
export { chunkedMessage, message } from './messages.ts'
export { cutPlan, type NetworkPlanOptions, networkPlan } from './network-plans.ts'
export { parameterKeyword, parameters, parameterValue } from './parameters.ts'
export { type QuirkOptions, quirks } from './quirks.ts'
export { recipientOptions } from './recipient-options.ts'
export {
  type BrokenReply,
  brokenReply,
  enhancedCode,
  overlongReply,
  type ReplyExample,
  type ReplyOptions,
  replies,
  reply,
  replyCode,
} from './replies.ts'
export { type Disruption, type PolicyExample, type PolicyOptions, policyOf, serverPolicy } from './server-policies.ts'
