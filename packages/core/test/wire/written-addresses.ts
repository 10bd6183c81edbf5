import fc from 'fast-check'

/** An IP address in one of the ways in which people write it, and its octets. */
export interface WrittenAddress {
  readonly text: string
  readonly octets: readonly number[]
}

export const writtenIpv4: fc.Arbitrary<WrittenAddress> = fc
  .array(fc.nat(255), { minLength: 4, maxLength: 4 })
  .map((octets) => ({ text: octets.join('.'), octets }))

/** None of them IPv4-mapped. */
export const writtenIpv6: fc.Arbitrary<WrittenAddress> = fc
  .record({
    groups: fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 }),
    isDotted: fc.boolean(),
    isPadded: fc.boolean(),
    isUpper: fc.boolean(),
    compressed: fc.option(fc.nat(7)),
  })
  .filter(({ groups }) => !isMapped(groups))
  .map(({ groups, isDotted, isPadded, isUpper, compressed }) => {
    const hexadecimal = groups.map((group) => group.toString(16).padStart(isPadded ? 4 : 1, '0'))
    const octets = groups.flatMap((group) => [group >> 8, group & 0xff])
    const words = isDotted ? [...hexadecimal.slice(0, 6), octets.slice(12).join('.')] : hexadecimal
    const text = compressed === null ? words.join(':') : withRunOmitted(words, compressed)
    return { text: isUpper ? text.toUpperCase() : text, octets }
  })

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 6).join() === '0,0,0,0,0,65535'
}

/** With `::` for the zeros that begin at that word, if any do. */
function withRunOmitted(words: readonly string[], start: number): string {
  let end = start
  while (/^0+$/.test(words[end] ?? '')) end += 1
  if (end === start) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(end).join(':')}`
}
