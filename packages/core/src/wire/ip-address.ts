import { isDomain, isIpv6 } from './domain.ts'

export interface IpAddress {
  readonly family: 4 | 6
  /** Dotted decimal, or RFC 5952's form of IPv6. */
  readonly text: string
  /** Four, or sixteen. */
  readonly octets: Uint8Array
}

/**
 * Reads an IP address; `undefined` where the text is none. An IPv4-mapped one (RFC 4291 §2.5.5.2) is the IPv4 address
 * that it stands for: sockets that take both families name IPv4 peers so.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (/^[\d.]+$/.test(text) && isDomain(`[${text}]`)) return ipv4(Uint8Array.from(text.split('.'), Number))
  if (!isIpv6(text)) return undefined
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const leading = groupsOf(head)
  const trailing = groupsOf(tail)
  const omitted = new Array<number>(8 - leading.length - trailing.length).fill(0)
  const octets = Uint8Array.from([...leading, ...omitted, ...trailing].flatMap((group) => [group >> 8, group & 0xff]))
  const mapped = octets.subarray(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
  return mapped ? ipv4(octets.slice(12)) : { family: 6, text: canonical, octets }
}

function ipv4(octets: Uint8Array): IpAddress {
  return { family: 4, text: octets.join('.'), octets }
}

function groupsOf(hexadecimal: string): number[] {
  return hexadecimal === '' ? [] : hexadecimal.split(':').map((group) => Number.parseInt(group, 16))
}
