import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import { noParameters } from '../wire/command.ts'
import {
  type ArgumentCommand,
  type Capabilities,
  isAscii,
  type MailCommand,
  Path,
  type RcptCommand,
} from '../wire/index.ts'
import { parameterExtensions, parameterValue } from '../wire/parameters/index.ts'

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
  const { parameters = noParameters } = command
  for (const keyword of Object.keys(parameters)) {
    const value = parameters[keyword] as string | number | true
    const extensions = parameterExtensions(keyword, value)
    if (extensions !== undefined && !extensions.some((each) => capabilities.has(each))) {
      const [extension] = extensions
      throw new NotSupportedError(extension, `the server does not offer ${extension}, which ${keyword} belongs to`)
    }
    if (!smtpUtf8) checkAscii(`parameters.${keyword}`, String(value))
  }
  if (smtpUtf8) return
  if (command.verb === 'MAIL') checkAsciiPath('from', command.from)
  else checkAsciiPath('to', command.to)
}

function checkAsciiPath(field: string, path: string | Path): void {
  if (!Path.isPath(path) || !path.isAscii) checkAscii(field, String(path))
}

function checkAscii(field: string, text: string): void {
  if (!isAscii(text)) {
    throw new InvalidArgumentError(field, 'is beyond US-ASCII, which needs SMTPUTF8 on MAIL', text)
  }
}

/** Whether a MAIL command has a parameter without a value, such as SMTPUTF8, however it is spelt. */
export function asksFor({ parameters = {} }: MailCommand, keyword: string): boolean {
  return parameterValue(parameters, keyword) !== undefined
}

/** @throws {NotSupportedError} when a question is asked beyond US-ASCII of a server without SMTPUTF8 */
export function checkQuestion({ smtpUtf8 = false }: ArgumentCommand, capabilities: Capabilities): void {
  if (!smtpUtf8 || capabilities.has('SMTPUTF8')) return
  throw new NotSupportedError('SMTPUTF8', 'the server does not offer SMTPUTF8, which an argument beyond US-ASCII needs')
}
