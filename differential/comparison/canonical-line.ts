import { escaped } from '../drivers/outcome.ts'

/**
 * A command as it is compared: SMTP's own words (verbs, `FROM:` and `TO:`, parameters' keywords, mechanisms) are the same
 * in either case (RFC 5321 §2.4), and all else counts octet by octet.
 */
export function canonicalLine(line: string): string {
  const content = /^(?:content|response|unfinished) /.test(line) || line === '(TLS)'
  return escaped(content ? line : canonicalCommand(line)).replace(/[\xa0-\xff]/g, asOctet)
}

/** One character is an octet here. */
function asOctet(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16)}`
}

function canonicalCommand(line: string): string {
  const [, verb = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? []
  const name = verb.toUpperCase()
  if (name === 'AUTH') return name + rest.replace(/^ \S+/, (mechanism) => mechanism.toUpperCase())
  if (name !== 'MAIL' && name !== 'RCPT') return name + rest
  const [, word = '', path = '', parameters = ''] = /^( \w+:)(<(?:"(?:\\.|[^"\\])*"|[^">])*>|\S*)(.*)$/s.exec(rest) ?? [
    rest,
    '',
    rest,
  ]
  return name + word.toUpperCase() + path + parameters.replace(/ [^ =]+/g, (keyword) => keyword.toUpperCase())
}
