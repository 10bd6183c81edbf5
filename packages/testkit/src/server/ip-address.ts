/** The octets of an IPv4 or IPv6 address, four or sixteen; `undefined` where the text is none. */
export function ipOctets(text: string): readonly number[] | undefined {
  return text.includes(':') ? ipv6Octets(text) : ipv4Octets(text)
}

/** An address as text: IPv6 in full, without leading zeros. */
export function ipText(octets: readonly number[]): string {
  if (octets.length === 4) return octets.join('.')
  const groups = octets.flatMap((octet, i) => (i % 2 === 0 ? [octet * 256 + (octets[i + 1] ?? 0)] : []))
  return groups.map((group) => group.toString(16)).join(':')
}

/** Without leading zeros, which would make octal numbers of them. */
function ipv4Octets(text: string): readonly number[] | undefined {
  if (!/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? octets : undefined
}

/** RFC 4291 §2.2, in its three forms. */
function ipv6Octets(text: string): readonly number[] | undefined {
  const [before = '', after, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const [head, tail] = [groupsOf(before, after === undefined), groupsOf(after ?? '', true)]
  if (head === undefined || tail === undefined) return undefined
  if (after === undefined) return head.length === 16 ? head : undefined
  const missing = 16 - head.length - tail.length
  return missing < 2 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail]
}

/** The octets of groups with single colons between; the last may be an IPv4 address where they end the address. */
function groupsOf(text: string, ends: boolean): readonly number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    const ipv4 = ends && i === groups.length - 1 ? ipv4Octets(group) : undefined
    if (ipv4 !== undefined) octets.push(...ipv4)
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return undefined
  }
  return octets
}
