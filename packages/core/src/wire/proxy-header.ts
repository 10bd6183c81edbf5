import { InvalidArgumentError } from '../errors/index.ts'
import { type IpAddress, parseIpAddress } from './ip-address.ts'
import { concatenated } from './merged.ts'
import { encodeUtf8 } from './utf8.ts'

/** One end of a connection. */
export interface ProxyEndpoint {
  /** An IP address. */
  readonly host: string
  /** From 0 to 65535. */
  readonly port: number
}

/** A connection that was made by somebody else, and is passed on. */
export interface ProxiedConnection {
  /** 1 is a line of text, which every receiver reads; 2 is binary. Default 1. */
  readonly version?: 1 | 2
  /** Who made it. */
  readonly source: ProxyEndpoint
  /** To whom, in the same family as the source. */
  readonly destination: ProxyEndpoint
  readonly local?: never
}

/** A connection on one's own behalf, with the addresses that it has: a health check, for one. */
export interface UnproxiedConnection {
  /**
   * 1 says `UNKNOWN`, with which some receivers refuse the connection, Postfix among them; 2 says `LOCAL`, which all that
   * know version 2 take. Default 1.
   */
  readonly version?: 1 | 2
  readonly local: true
  readonly source?: never
  readonly destination?: never
}

/** What a PROXY protocol header says of a connection. */
export type ProxyHeader = ProxiedConnection | UnproxiedConnection

interface Endpoint {
  readonly address: IpAddress
  readonly port: number
}

interface Ends {
  readonly source: Endpoint
  readonly destination: Endpoint
}

const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]

/** Version 2, and its commands LOCAL and PROXY. */
const localCommand = 0x20
const proxyCommand = 0x21

/** TCP over IPv4 and IPv6. */
const streamOver = { 4: 0x11, 6: 0x21 } as const

/**
 * The header with which HAProxy's PROXY protocol begins a connection, ahead of all else, of TLS too (HAProxy's
 * proxy-protocol.txt §2.1, §2.2). IPv4-mapped IPv6 addresses count as the IPv4 addresses that they stand for.
 *
 * @throws {InvalidArgumentError} when a host is no IP address, a port is none, or the two families differ
 */
export function encodeProxyHeader(header: ProxyHeader): Uint8Array {
  const { version = 1 } = header
  if (version !== 1 && version !== 2) throw new InvalidArgumentError('proxy.version', 'must be 1 or 2', String(version))
  const ends = endsOf(header)
  return version === 1 ? encodeUtf8(line(ends)) : binary(ends)
}

/** `undefined` of a connection that is not passed on. */
function endsOf({ local, source, destination }: ProxyHeader): Ends | undefined {
  if (local !== undefined) {
    if (local === true && source === undefined && destination === undefined) return undefined
    throw new InvalidArgumentError('proxy.local', 'must be true, and without a source and a destination')
  }
  const ends = { source: endpoint('source', source), destination: endpoint('destination', destination) }
  if (ends.source.address.family !== ends.destination.address.family) {
    throw new InvalidArgumentError('proxy.destination.host', "must be of the source's family", destination.host)
  }
  return ends
}

function endpoint(name: string, given: ProxyEndpoint): Endpoint {
  const { host, port } = given ?? {}
  const address = parseIpAddress(String(host))
  if (address === undefined) throw new InvalidArgumentError(`proxy.${name}.host`, 'must be an IP address', String(host))
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`proxy.${name}.port`, 'must be a whole number from 0 to 65535', String(port))
  }
  return { address, port }
}

function line(ends: Ends | undefined): string {
  if (ends === undefined) return 'PROXY UNKNOWN\r\n'
  const { source, destination } = ends
  const addresses = `${source.address.text} ${destination.address.text}`
  return `PROXY TCP${source.address.family} ${addresses} ${source.port} ${destination.port}\r\n`
}

function binary(ends: Ends | undefined): Uint8Array {
  if (ends === undefined) return Uint8Array.of(...signature, localCommand, 0, 0, 0)
  const { source, destination } = ends
  const body = concatenated([
    source.address.octets,
    destination.address.octets,
    Uint8Array.of(source.port >> 8, source.port & 0xff, destination.port >> 8, destination.port & 0xff),
  ])
  const transport = streamOver[source.address.family]
  return concatenated([Uint8Array.of(...signature, proxyCommand, transport, 0, body.length), body])
}
