import type { Reply } from './answer.ts'

/**
 * What a server says on one connection. A key is a verb as `RCPT`; a verb and a path, `RCPT <bob@b.example>`, which
 * goes first; or one of `GREETING`, `RESPONSE` (to a line of an AUTH dialogue), `CONTENT` (to a message), `OTHER` (to a
 * verb that has no entry). Of several replies each is used once, and the last from then on.
 */
export interface ServerScript {
  readonly replies?: Readonly<Record<string, Reply | readonly Reply[]>>
  /** RCPT without MAIL and DATA without RCPT get 503, whatever is scripted. */
  readonly ordered?: true
}

/** What is said where a script has nothing. */
export const defaultReplies: Readonly<Record<string, Reply>> = {
  GREETING: '220 mail.example ESMTP',
  EHLO: '250 mail.example',
  LHLO: '250 mail.example',
  HELO: '250 mail.example',
  STARTTLS: '220 go ahead',
  AUTH: '235 welcome',
  RESPONSE: '235 welcome',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go ahead',
  CONTENT: '250 taken',
  RSET: '250 forgotten',
  NOOP: '250 nothing done',
  VRFY: '252 perhaps',
  EXPN: '250 list',
  HELP: '214 no help',
  QUIT: '221 bye',
  OTHER: '500 unknown',
}
