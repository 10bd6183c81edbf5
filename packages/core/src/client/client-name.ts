import { domainToALabels, isAscii, isDomain, isIpv6 } from '../wire/index.ts'
import type { Transport } from './transport.ts'

/**
 * What a client calls itself unless told otherwise (RFC 5321 §4.1.4): its host's full name, else its address as a
 * literal, else the loopback address.
 */
export function defaultClientName({ address = '', hostName = '' }: NonNullable<Transport['local']> = {}): string {
  if (hostName.includes('.') && isAscii(hostName) && isDomain(hostName)) return hostName
  const bare = address.replace(/%.*$/, '')
  const literal = isIpv6(bare) ? `[IPv6:${bare}]` : `[${bare}]`
  return isDomain(literal) ? literal : '[127.0.0.1]'
}

/**
 * A name as EHLO has it, which comes before SMTPUTF8 can be known of: in US-ASCII.
 *
 * @throws {InvalidArgumentError} when it has no A-labels
 */
export function clientNameOnWire(name: string): string {
  return isAscii(name) ? name : domainToALabels(name, 'clientName')
}
