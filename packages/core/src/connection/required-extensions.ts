import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import { type Capabilities, isAscii, type MailCommand, type RcptCommand } from '../wire/index.ts'

/** Which extension a parameter of MAIL or RCPT belongs to, by keyword. */
const extensionOf: Readonly<Record<string, string>> = {
  SIZE: 'SIZE',
  BODY: '8BITMIME',
  SMTPUTF8: 'SMTPUTF8',
  AUTH: 'AUTH',
  RET: 'DSN',
  ENVID: 'DSN',
  NOTIFY: 'DSN',
  ORCPT: 'DSN',
  REQUIRETLS: 'REQUIRETLS',
  BY: 'DELIVERBY',
  HOLDFOR: 'FUTURERELEASE',
  HOLDUNTIL: 'FUTURERELEASE',
  'MT-PRIORITY': 'MT-PRIORITY',
  MTRK: 'MTRK',
  RRVS: 'RRVS',
  SOLICIT: 'NO-SOLICITING',
  CONPERM: 'CONPERM',
  CONNEG: 'CONNEG',
  PRDR: 'PRDR',
}

/**
 * Checks that the server offers what a command's parameters belong to, and that a path beyond US-ASCII goes only
 * into a transaction that asked for SMTPUTF8 (RFC 6531 §3.4).
 *
 * @throws {NotSupportedError} {@link InvalidArgumentError}
 */
export function checkExtensions(
  command: MailCommand | RcptCommand,
  capabilities: Capabilities,
  smtpUtf8: boolean,
): void {
  for (const [keyword, value] of Object.entries(command.parameters ?? {})) {
    const extension = extensionOf[keyword.toUpperCase()]
    if (extension !== undefined && !capabilities.has(extension)) {
      throw new NotSupportedError(extension, `the server does not offer ${extension}, which ${keyword} belongs to`)
    }
    if (!smtpUtf8) checkAscii(`parameters.${keyword}`, String(value))
  }
  if (smtpUtf8) return
  if (command.verb === 'MAIL') checkAscii('from', String(command.from))
  else checkAscii('to', String(command.to))
}

function checkAscii(field: string, text: string): void {
  if (!isAscii(text)) {
    throw new InvalidArgumentError(field, 'is beyond US-ASCII, which needs SMTPUTF8 on MAIL', text)
  }
}

/** Whether a MAIL command asks for SMTPUTF8, however it is spelt. */
export function asksForSmtpUtf8(command: MailCommand): boolean {
  return Object.keys(command.parameters ?? {}).some((keyword) => keyword.toUpperCase() === 'SMTPUTF8')
}
