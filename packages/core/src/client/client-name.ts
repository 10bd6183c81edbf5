import { isAscii, isDomain, isIpv6 } from '../wire/index.ts'
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
