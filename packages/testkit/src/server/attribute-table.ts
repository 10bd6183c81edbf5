import { ipOctets } from './ip-address.ts'

/** Whether a value, decoded, is one that an attribute can have. */
export type AttributeTest = (value: string) => boolean

const hostName: AttributeTest = (value) => /^[\w-]+(?:\.[\w-]+)*$/.test(value) && value.length <= 255
const resolvedName: AttributeTest = (value) => hostName(value) || value.toUpperCase() === '[TEMPUNAVAIL]'
const port: AttributeTest = (value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535
/** XFORWARD_README, note 1. */
const plain: AttributeTest = (value) => /^[!-~]+$/.test(value)
const printable: AttributeTest = (value) => /^[^\p{Cc}]+$/u.test(value)

/** IPv6 is marked, as in an address literal. */
const ipAddress: AttributeTest = (value) => {
  const [, ipv6] = /^IPV6:(.*)$/i.exec(value) ?? []
  return ipOctets(ipv6 ?? value)?.length === (ipv6 === undefined ? 4 : 16)
}

/**
 * The attributes of Postfix's XCLIENT_README and XFORWARD_README, by command and name. Any may be unavailable as well.
 * One that is offered and not listed here may be anything printable.
 */
export const attributeTable: Readonly<Record<'XCLIENT' | 'XFORWARD', Readonly<Record<string, AttributeTest>>>> = {
  XCLIENT: {
    NAME: resolvedName,
    REVERSE_NAME: resolvedName,
    ADDR: ipAddress,
    PORT: port,
    // LMTP is Dovecot's.
    PROTO: (value) => /^(?:E?SMTP|LMTP)$/i.test(value),
    HELO: plain,
    LOGIN: printable,
    DESTADDR: ipAddress,
    DESTPORT: port,
  },
  XFORWARD: {
    NAME: plain,
    ADDR: plain,
    PORT: port,
    PROTO: (value) => plain(value) && value.length <= 64,
    HELO: plain,
    IDENT: plain,
    SOURCE: (value) => /^(?:LOCAL|REMOTE)$/i.test(value),
  },
}

export function isUnavailable(value: string): boolean {
  return value.toUpperCase() === '[UNAVAILABLE]'
}

export function canHave(verb: 'XCLIENT' | 'XFORWARD', name: string, value: string): boolean {
  const table = attributeTable[verb]
  const test = Object.hasOwn(table, name) ? table[name] : undefined
  return isUnavailable(value) || (test ?? printable)(value)
}
