import { CYRUS_REALM, writeCyrusPasswords } from './cyrus-passwords.ts'
import { MAIL_OWNER, type Setup } from './maildir-server.ts'
import { type ProgramEndpoints, ProgramServer } from './program-server.ts'

/** `shortLines`: as `plain`, but with the limit on a line's length that aiosmtpd has by itself. */
type Port = 'shortLines'

export type AiosmtpdEndpoints = ProgramEndpoints<Port>

/**
 * SMTP without PIPELINING, and LMTP. Answers as the policy says. Where it has every mechanism, Cyrus SASL does SCRAM
 * for it, bound to its certificate.
 */
export class AiosmtpdServer extends ProgramServer<Port> {
  static readonly trial = ['/usr/bin/python3', '-I', '-c', 'import aiosmtpd'] as const

  readonly name = 'aiosmtpd'
  // Debian's, isolated: not another one on the path, and no package but Debian's.
  protected readonly interpreter = ['/usr/bin/python3', '-I', '-u', '-B']
  protected readonly program = 'serve-with-aiosmtpd.py'
  protected readonly ports = ['shortLines'] as const

  protected override async setUp(directory: string): Promise<Setup<AiosmtpdEndpoints>> {
    const { command, ...setup } = await super.setUp(directory)
    const passwords = await writeCyrusPasswords(directory, 'aiosmtpd', MAIL_OWNER)
    const environment = [`SASL_CONF_PATH=${passwords}`, `SASL_REALM=${CYRUS_REALM}`]
    return { ...setup, command: ['env', ...environment, ...command] }
  }
}
