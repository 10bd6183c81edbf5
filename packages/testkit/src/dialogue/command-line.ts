import { type Command, decodeBase64, decodeXtext, type ForwardedAttributes, type Parameters } from '@sansmtp/core'
import { chunkLineOf } from './chunk-line.ts'

/**
 * The command that a line stands for. `answersChallenge` tells that it is the response to a 334.
 *
 * @throws {SyntaxError} when the line can't be read as one: MAIL without `FROM:<…>`, base64 or xtext that is none
 */
export function commandOf(line: string, answersChallenge = false): Command {
  if (answersChallenge) return { verb: 'AUTH-RESPONSE', response: line === '*' ? 'cancel' : base64(line) }
  const [name = '', ...words] = line.split(' ')
  const argument = words.join(' ')
  switch (name) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return { verb: name, domain: argument }
    case 'MAIL': {
      const { path, parameters } = pathAndParameters(argument, 'FROM:')
      return { verb: 'MAIL', from: path, parameters }
    }
    case 'RCPT': {
      const { path, parameters } = pathAndParameters(argument, 'TO:')
      return { verb: 'RCPT', to: path, parameters }
    }
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      if (argument !== '') throw new SyntaxError(`${name} takes no argument`)
      return { verb: name }
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
    case 'EXPN':
    case 'ETRN':
      return argument === '' ? { verb: name } : { verb: name, argument }
    case 'BDAT':
    case 'BURL': {
      const chunk = chunkLineOf(line)
      if (chunk === undefined)
        throw new SyntaxError(`${name} takes a ${name === 'BDAT' ? 'size' : 'URL'}, and perhaps LAST`)
      return 'size' in chunk && chunk.last ? { verb: 'BDAT', size: chunk.size } : { verb: 'BDAT' }
    }
    case 'XCLIENT':
    case 'XFORWARD':
      return { verb: name, attributes: attributesOf(words) }
    case 'AUTH':
      return authCommand(words)
    default:
      return argument === '' ? { verb: 'OTHER', name } : { verb: 'OTHER', name, argument }
  }
}

function authCommand([mechanism = '', response]: readonly string[]): Command {
  if (response === undefined) return { verb: 'AUTH', mechanism }
  return { verb: 'AUTH', mechanism, initialResponse: base64(response === '=' ? '' : response) }
}

function pathAndParameters(argument: string, keyword: string): { path: string; parameters: Parameters } {
  const end = endOfPath(argument)
  if (!argument.startsWith(`${keyword}<`) || end === -1) throw new SyntaxError(`${keyword}<…> is missing`)
  const parameters: Record<string, string | true> = {}
  for (const word of argument.slice(end).split(' ')) {
    if (word === '') continue
    const equals = word.indexOf('=')
    if (equals === -1) parameters[word] = true
    else parameters[word.slice(0, equals)] = word.slice(equals + 1)
  }
  return { path: argument.slice(keyword.length, end), parameters }
}

function attributesOf(words: readonly string[]): ForwardedAttributes {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=')
      if (equals === -1) throw new SyntaxError('NAME=value is missing')
      return [word.slice(0, equals), xtext(word.slice(equals + 1))]
    }),
  )
}

/** Behind the first `>` outside a quoted local part; -1 where there is none. */
function endOfPath(argument: string): number {
  let quoted = false
  for (let i = 0; i < argument.length; i += 1) {
    const character = argument.charAt(i)
    if (quoted && character === '\\') i += 1
    else if (character === '"') quoted = !quoted
    else if (character === '>' && !quoted) return i + 1
  }
  return -1
}

function base64(text: string): Uint8Array {
  try {
    return decodeBase64(text)
  } catch (cause) {
    throw new SyntaxError('that is not base64', { cause })
  }
}

function xtext(text: string): string {
  try {
    return decodeXtext(text)
  } catch (cause) {
    throw new SyntaxError('that is not xtext', { cause })
  }
}
