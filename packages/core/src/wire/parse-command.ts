import { InvalidArgumentError } from '../errors/index.ts'
import type { ForwardedAttributes, LineCommand, Parameters } from './command.ts'
import { inCapitals } from './in-capitals.ts'
import { parseParameters } from './parse-parameters.ts'
import { decodeXtext } from './xtext.ts'

/** A path, quoted local parts in it, and the parameters behind. */
const pathArgument = /^(FROM|TO):[ \t]*(<(?:"(?:[^"\\]|\\.)*"|[^">])*>)((?:[ \t]+[^ \t]+)*)$/i

/** A name and xtext. */
const attributeWord = /^([A-Za-z][A-Za-z0-9_-]*)=((?:[!-*,-<>-~]|\+[0-7][0-9A-F])+)$/

/**
 * A command as one would type it, such as `VRFY` and `ann`, made into the command that the connection follows. A verb
 * that this library does not know becomes an `OTHER`. Verbs and keywords go out in capitals.
 *
 * @throws {InvalidArgumentError} when the argument is not one of that verb, and for verbs that no single reply
 * answers: DATA, BDAT, STARTTLS and AUTH
 */
export function parseCommand(verb: string, argument = ''): LineCommand {
  const name = inCapitals(verb)
  switch (name) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return { verb: name, domain: argument }
    case 'MAIL': {
      const { path, parameters } = parsePathArgument('FROM', argument)
      return { verb: name, from: path, parameters }
    }
    case 'RCPT': {
      const { path, parameters } = parsePathArgument('TO', argument)
      return { verb: name, to: path, parameters }
    }
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
    case 'EXPN':
    case 'ETRN':
      return { verb: name, argument }
    case 'XCLIENT':
    case 'XFORWARD':
      return { verb: name, attributes: parseAttributes(argument) }
    case 'RSET':
    case 'QUIT':
      if (argument !== '') throw new InvalidArgumentError('argument', `must not be given to ${name}`, argument)
      return { verb: name }
    case 'DATA':
    case 'BDAT':
    case 'STARTTLS':
    case 'AUTH':
      throw new InvalidArgumentError('verb', `is more than a command and its reply: ${name} has a method of its own`)
    default:
      return { verb: 'OTHER', name, argument }
  }
}

function parsePathArgument(keyword: 'FROM' | 'TO', argument: string): { path: string; parameters: Parameters } {
  const [, found = '', path = '', words = ''] = pathArgument.exec(argument) ?? []
  if (found.toUpperCase() !== keyword) {
    throw new InvalidArgumentError('argument', `must be ${keyword}:<address>, parameters behind it`, argument)
  }
  return {
    path,
    parameters: parseParameters(
      words.split(/[ \t]+/).filter((word) => word !== ''),
      'argument',
    ),
  }
}

/** As they go over the wire, so in xtext. */
function parseAttributes(argument: string): ForwardedAttributes {
  const attributes = new Map<string, string>()
  for (const word of argument.split(' ').filter((word) => word !== '')) {
    const [, written = '', value = ''] = attributeWord.exec(word) ?? []
    const name = inCapitals(written)
    if (name === '') throw new InvalidArgumentError('argument', 'must be NAME=value, the value in xtext', word)
    if (attributes.has(name)) throw new InvalidArgumentError('argument', 'has an attribute twice', written)
    attributes.set(name, decodeXtext(value))
  }
  return Object.fromEntries(attributes)
}
