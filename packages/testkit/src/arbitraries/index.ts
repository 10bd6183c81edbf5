export { characterBeyondAscii, control, loneSurrogate } from './characters.ts'
export { type Chunked, chunked } from './chunked.ts'
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
export { injected } from './injections.ts'
export { dotString, localPart, type MailboxOptions, mailbox, quotedString } from './mailboxes.ts'
export { type MalformedMailbox, malformedMailbox } from './malformed-mailboxes.ts'
export { chunkedMessage, message } from './messages.ts'
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
