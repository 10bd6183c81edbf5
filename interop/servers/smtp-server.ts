import { type ProgramEndpoints, ProgramServer } from './program-server.ts'

/**
 * `withoutPipelining`: as `plain`. `trusting`: as `plain`, with XCLIENT and XFORWARD. `lmtpTwiceIsOnce`: as `lmtp`, but
 * it answers as smtp-server does by itself, once for a recipient that was named twice.
 */
type Port = 'withoutPipelining' | 'trusting' | 'lmtpTwiceIsOnce'

export type SmtpServerEndpoints = ProgramEndpoints<Port>

/** SMTP and LMTP of npm's `smtp-server`, in a process of its own. Answers as the policy says. */
export class SmtpServerServer extends ProgramServer<Port> {
  readonly name = 'smtp-server'
  protected readonly interpreter = [process.execPath]
  protected readonly program = 'serve-with-smtp-server.mjs'
  protected readonly ports = ['withoutPipelining', 'trusting', 'lmtpTwiceIsOnce'] as const
}
