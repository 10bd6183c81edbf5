/** The family of an IP address; `undefined` for any other text. */
export function familyOf(address: string): 4 | 6 | undefined {
  return canonical(address) === undefined ? undefined : address.includes(':') ? 6 : 4
}

/** Whether two texts are the same address. */
export function sameAddress(one: string, other: string | undefined): boolean {
  return other !== undefined && canonical(one) === canonical(other)
}

/** As URLs have an address, which leave one way to write it. */
function canonical(address: string): string | undefined {
  const host = address.includes(':') ? `[${address}]` : address
  if (!/^(\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])$/i.test(host) || !URL.canParse(`http://${host}`)) return undefined
  return new URL(`http://${host}`).hostname
}
