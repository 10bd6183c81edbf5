import { type ProgramEndpoints, ProgramServer } from './program-server.ts'

/** `shortLines`: as `plain`, but with the limit on a line's length that aiosmtpd has by itself. */
type Port = 'shortLines'

export type AiosmtpdEndpoints = ProgramEndpoints<Port>

/** SMTP without PIPELINING, and LMTP. Answers as the policy says. */
export class AiosmtpdServer extends ProgramServer<Port> {
  static readonly trial = ['/usr/bin/python3', '-I', '-c', 'import aiosmtpd'] as const

  readonly name = 'aiosmtpd'
  // Debian's, isolated: not another one on the path, and no package but Debian's.
  protected readonly interpreter = ['/usr/bin/python3', '-I', '-u']
  protected readonly program = 'serve-with-aiosmtpd.py'
  protected readonly ports = ['shortLines'] as const
}
