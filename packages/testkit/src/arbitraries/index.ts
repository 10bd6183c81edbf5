export { characterBeyondAscii, control, loneSurrogate } from './characters.ts'
export { type Chunked, chunked } from './chunked.ts'
export { type CommandSequenceOptions, commandSequence } from './command-sequences.ts'
export {
  authCommand,
  command,
  commandArgument,
  helloCommand,
  mailCommand,
  mechanismName,
  otherCommand,
  rcptCommand,
} from './commands.ts'
export { addressLiteral, type DomainOptions, domain, ipv4, ipv6, label, uLabel } from './domains.ts'
export { type EhloExample, ehloReply } from './ehlo-replies.ts'
export { type EnvelopeOptions, envelope } from './envelopes.ts'
export { injected } from './injections.ts'
export { dotString, localPart, type MailboxOptions, mailbox, quotedString } from './mailboxes.ts'
export { type MalformedMailbox, malformedMailbox } from './malformed-mailboxes.ts'
export { chunkedMessage, message } from './messages.ts'
export { cutPlan, type NetworkPlanOptions, networkPlan } from './network-plans.ts'
export { parameterKeyword, parameters, parameterValue } from './parameters.ts'
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
