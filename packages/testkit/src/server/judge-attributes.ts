import { canHave } from './attribute-table.ts'
import { usualGreeting } from './greeting.ts'
import { accepted, faulty, type Judgement, syntaxFault } from './judgement.ts'
import type { ReceivedCommand } from './received.ts'
import { replyOf, usualReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'
import { readXtext } from './xtext.ts'

/** In octets, as it is sent (Postfix's XCLIENT_README). */
const maxValueLength = 255

/** Judges Postfix's XCLIENT, which is greeted anew, and XFORWARD, outside a transaction. */
export function judgeAttributes(
  { verb, argument }: ReceivedCommand,
  session: SessionRecord,
  settings: ServerSettings,
): Judgement {
  const command = verb === 'XCLIENT' ? verb : 'XFORWARD'
  const offered = session.offered.parameters(command).map((name) => name.toUpperCase())
  const attributes: Record<string, string> = {}
  for (const word of argument.trimEnd().split(' ')) {
    const [, name = '', xtext = ''] = /^([^=]+)=([^=]+)$/.exec(word) ?? []
    if (name === '') return syntaxFault(`${command} takes a name, = and a value, more of them behind one space each`)
    const attribute = name.toUpperCase()
    if (!offered.includes(attribute)) {
      const message = `${command} is not offered with ${attribute}`
      return faulty('EXTENSION_NOT_OFFERED', message, replyOf(501, '5.5.4', message))
    }
    const value = readXtext(xtext)
    const fits = value !== undefined && xtext.length <= maxValueLength && canHave(command, attribute, value)
    if (!fits || Object.hasOwn(attributes, attribute)) {
      const message = `${attribute} has a value that it can not have, or two`
      return faulty('PARAMETER_SYNTAX', message, replyOf(501, '5.5.4', message))
    }
    attributes[attribute] = value
  }
  const usual = command === 'XCLIENT' ? usualGreeting(session.protocol, settings) : usualReply(250)
  return { ...accepted(usual), attributes }
}
