import { isDomain, parseForwardPath, parseReversePath } from '@sansmtp/core'

/** What stands behind MAIL FROM: or RCPT TO:, taken apart. */
export interface PathArgument {
  /** Without angle brackets and source route. */
  readonly path: string
  readonly hadSourceRoute: boolean
  /** Whether a space stands where none may, between colon and bracket. */
  readonly hadSpace: boolean
  /** What follows the closing bracket. */
  readonly rest: string
}

/** An IPv4 literal may have leading zeros (RFC 5321 §4.1.3), which core does not take since it sends none. */
const ipv4Literal = /@\[[\d.]+\]$/
const leadingZeros = /(?<!\d)0{1,2}(?=\d)/g

/** Takes `FROM:<…> …` or `TO:<…> …` apart; `undefined` where it is not of that form. */
export function readPathArgument(argument: string, keyword: 'FROM:' | 'TO:'): PathArgument | undefined {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) return undefined
  const behind = argument.slice(keyword.length)
  const text = behind.trimStart()
  const end = endOfPath(text)
  if (end === undefined) return undefined
  const inner = text.slice(1, end)
  const route = /^(@[^:"]+):./.exec(inner)?.[1] ?? ''
  const hadSourceRoute = route.split(',').every((hop) => hop.startsWith('@') && isDomain(hop.slice(1)))
  return {
    path: hadSourceRoute ? inner.slice(route.length + 1) : inner,
    hadSourceRoute,
    hadSpace: text !== behind,
    rest: text.slice(end + 1),
  }
}

export function isReversePath(path: string): boolean {
  return isPath(path, parseReversePath)
}

export function isForwardPath(path: string): boolean {
  return isPath(path, parseForwardPath)
}

function isPath(path: string, parse: (text: string) => unknown): boolean {
  try {
    parse(`<${path.replace(ipv4Literal, (literal) => literal.replace(leadingZeros, ''))}>`)
    return true
  } catch {
    return false
  }
}

/** The place of the bracket that closes the path: not one within quotes. */
function endOfPath(text: string): number | undefined {
  if (!text.startsWith('<')) return undefined
  let quoted = false
  for (let i = 1; i < text.length; i += 1) {
    const character = text[i]
    if (quoted && character === '\\') i += 1
    else if (character === '"') quoted = !quoted
    else if (character === '>' && !quoted) return i
  }
  return undefined
}
