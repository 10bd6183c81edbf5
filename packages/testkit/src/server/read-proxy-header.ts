import { ipOctets, ipText } from './ip-address.ts'
import type { ProxiedEnd, ReceivedProxyHeader } from './received.ts'

/** A header and its length in octets; `more` where it may still become one, `malformed` where it can't. */
export type ProxyReading = { readonly length: number; readonly header: ReceivedProxyHeader } | 'more' | 'malformed'

/** The longest header that version 2 can announce. */
export const maxProxyHeader: number = 16 + 65_535

/** proxy-protocol.txt §2.1: the longest line, its CRLF included. */
const maxLine = 107
const lineStart = Array.from('PROXY ', (character) => character.charCodeAt(0))
const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]

type Ends = Omit<ReceivedProxyHeader, 'version' | 'command'>

/** Reads the header that a connection starts with (HAProxy's proxy-protocol.txt §2), as strictly as it asks for. */
export function readProxyHeader(octets: Uint8Array): ProxyReading {
  if (agrees(octets, signature)) return readBinary(octets)
  return agrees(octets, lineStart) ? readLine(octets) : 'malformed'
}

/** As far as they go. */
function agrees(octets: Uint8Array, start: readonly number[]): boolean {
  return start.every((octet, i) => i >= octets.length || octets[i] === octet)
}

/** §2.1. */
function readLine(octets: Uint8Array): ProxyReading {
  const text = String.fromCharCode(...octets.subarray(0, maxLine))
  const end = text.indexOf('\r\n')
  if (end === -1) return text.length < maxLine ? 'more' : 'malformed'
  const ends = endsOfLine(text.slice(0, end))
  return ends === undefined ? 'malformed' : { length: end + 2, header: { version: 1, command: 'PROXY', ...ends } }
}

function endsOfLine(line: string): Ends | undefined {
  if (/^PROXY UNKNOWN(?: .*)?$/s.test(line)) return { transport: 'UNKNOWN' }
  const [, transport, from = '', to = '', fromPort = '', toPort = ''] =
    /^PROXY (TCP4|TCP6) ([^ ]+) ([^ ]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line) ?? []
  if (transport !== 'TCP4' && transport !== 'TCP6') return undefined
  const length = transport === 'TCP4' ? 4 : 16
  const [source, destination] = [ipOctets(from), ipOctets(to)]
  if (source?.length !== length || destination?.length !== length) return undefined
  if (Math.max(Number(fromPort), Number(toPort)) > 65_535) return undefined
  return {
    transport,
    source: { address: ipText(source), port: Number(fromPort) },
    destination: { address: ipText(destination), port: Number(toPort) },
  }
}

/** What the 14th octet stands for, and the octets of one address. The other combinations are the unspecified ones. */
const transports: Readonly<Record<number, readonly [ReceivedProxyHeader['transport'], addressLength: number]>> = {
  17: ['TCP4', 4],
  18: ['UDP4', 4],
  33: ['TCP6', 16],
  34: ['UDP6', 16],
  49: ['UNIX', 108],
  50: ['UNIX', 108],
}

/** §2.2. */
function readBinary(octets: Uint8Array): ProxyReading {
  const [command = 0x20, family = 0, high = 0, low = 0] = octets.subarray(12)
  const local = command === 0x20
  // LOCAL ignores the family.
  if (!local && (command !== 0x21 || family >> 4 > 3 || (family & 15) > 2)) return 'malformed'
  if (octets.length < 16) return 'more'
  const length = 16 + high * 256 + low
  const [transport, addressLength] = (local ? undefined : transports[family]) ?? (['UNKNOWN', 0] as const)
  const portsLength = transport === 'UNIX' || transport === 'UNKNOWN' ? 0 : 4
  if (length < 16 + 2 * addressLength + portsLength) return 'malformed'
  if (octets.length < length) return 'more'
  const header = { version: 2, command: local ? 'LOCAL' : 'PROXY', transport } as const
  if (addressLength === 0) return { length, header }
  const block = [...octets.subarray(16, length)]
  const [source, destination] = [0, 1].map((i) => endOf(block, i, addressLength)) as [ProxiedEnd, ProxiedEnd]
  return { length, header: { ...header, source, destination } }
}

function endOf(block: readonly number[], index: number, length: number): ProxiedEnd {
  const address = block.slice(index * length, (index + 1) * length)
  if (length === 108) return { address: String.fromCharCode(...address).replace(/\0.*$/s, '') }
  const [high = 0, low = 0] = block.slice(2 * length + 2 * index)
  return { address: ipText(address), port: high * 256 + low }
}
