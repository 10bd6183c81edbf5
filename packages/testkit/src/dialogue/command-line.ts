import { type Command, decodeBase64, type Parameters } from '@sansmtp/core'

/** The command that a line stands for; `state` tells whether it answers a challenge. */
export function commandOf(line: string, state: string): Command {
  if (state === 'auth') return { verb: 'AUTH-RESPONSE', response: line === '*' ? 'cancel' : decodeBase64(line) }
  const [name = '', ...words] = line.split(' ')
  const argument = words.join(' ')
  switch (name) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return { verb: name, domain: argument }
    case 'MAIL':
      return { verb: 'MAIL', ...pathAndParameters(line, 'FROM:', 'from') }
    case 'RCPT':
      return { verb: 'RCPT', ...pathAndParameters(line, 'TO:', 'to') }
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      return { verb: name }
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
    case 'EXPN':
      return argument === '' ? { verb: name } : { verb: name, argument }
    case 'AUTH': {
      const [mechanism = '', response] = words
      if (response === undefined) return { verb: 'AUTH', mechanism }
      return { verb: 'AUTH', mechanism, initialResponse: decodeBase64(response === '=' ? '' : response) }
    }
    default:
      return argument === '' ? { verb: 'OTHER', name } : { verb: 'OTHER', name, argument }
  }
}

function pathAndParameters<Field extends 'from' | 'to'>(
  line: string,
  keyword: string,
  field: Field,
): { readonly [key in Field]: string } & { parameters: Parameters } {
  const start = line.indexOf(keyword) + keyword.length
  const end = line.lastIndexOf('>') + 1
  const parameters: Record<string, string | true> = {}
  for (const word of line.slice(end).split(' ')) {
    if (word === '') continue
    const equals = word.indexOf('=')
    if (equals === -1) parameters[word] = true
    else parameters[word.slice(0, equals)] = word.slice(equals + 1)
  }
  return { [field]: line.slice(start, end), parameters } as { [key in Field]: string } & { parameters: Parameters }
}
