import { InvalidArgumentError } from '../errors/index.ts'
import { isAscii, utf8Length } from './utf8.ts'

/** RFC 5321 §4.5.3.1.2, in octets. */
const maxDomainLength = 255
/** RFC 1035 §2.3.4, in octets. */
const maxLabelLength = 63

/** What most domains are; what is wrong with any other is found out label by label. */
const plainDomain = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.(?!$)|$))+$/
const asciiLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/
/** A U-label (RFC 6531 §3.3): as above, with letters outside ASCII; no mark comes first (RFC 5891 §4.2.3.2). */
const label = /^[\p{L}\p{N}](?:[\p{Join_C}\u00b7\u30fb\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u
/** Without the leading zeros that RFC 5321's Snum would let through: some read them as octal. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/**
 * Checks that the text is a domain or an address literal (RFC 5321 §4.1.2, §4.1.3), U-labels allowed.
 *
 * @throws {InvalidArgumentError} when it is not
 */
export function checkDomain(field: string, domain: string): void {
  const problem = problemOf(domain)
  if (problem !== undefined) throw new InvalidArgumentError(field, problem, domain)
}

/**
 * Checks what a client may call itself in EHLO: as above, and with underscores, which hosts have in their names though
 * domains have not, and servers take.
 *
 * @throws {InvalidArgumentError} when it is neither
 */
export function checkClientName(field: string, name: string): void {
  const problem = problemOf(name.replaceAll('_', 'x'))
  if (problem !== undefined) throw new InvalidArgumentError(field, problem, name)
}

/** Whether the text is a domain or an address literal, U-labels allowed. */
export function isDomain(text: string): boolean {
  return problemOf(text) === undefined
}

function problemOf(domain: string): string | undefined {
  return domain.startsWith('[') ? literalProblem(domain) : nameProblem(domain)
}

function nameProblem(domain: string): string | undefined {
  if (domain.length <= maxDomainLength && plainDomain.test(domain)) return undefined
  if (domain === '') return 'needs a domain'
  if (utf8Length(domain) > maxDomainLength) {
    return `has a domain of more than ${maxDomainLength} octets`
  }
  for (const part of domain.split('.')) {
    if (!asciiLabel.test(part) && (isAscii(part) || !label.test(part))) {
      return part === '' ? 'has an empty label in its domain' : 'has a domain with a character that no domain has'
    }
    if (part.length > maxLabelLength) return `has a label of more than ${maxLabelLength} octets in its domain`
  }
  return undefined
}

function literalProblem(domain: string): string | undefined {
  if (!domain.endsWith(']')) return 'has an address literal without its closing bracket'
  const address = domain.slice(1, -1)
  const valid = /^IPv6:/i.test(address) ? isIpv6(address.slice(5)) : ipv4.test(address)
  return valid ? undefined : 'has an address literal that is neither [IPv4] nor [IPv6:…]'
}

/** Whether the text is an IPv6 address, as the runtime's own URL parser reads it. */
export function isIpv6(address: string): boolean {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(address)) return false
  try {
    return new URL(`http://[${address}]`).hostname !== ''
  } catch {
    return false
  }
}
