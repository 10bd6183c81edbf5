import { escapeForDisplay, InvalidArgumentError } from '../errors/index.ts'
import type { Credentials } from '../session/index.ts'
import { domainToALabels, isAscii, isDomain, isIpv6 } from '../wire/index.ts'
import { checked } from './checked.ts'
import * as z from './schema.ts'
import type { Target } from './transport.ts'

/** What an address says of where to connect and how. */
export interface Endpoint {
  readonly target: Target
  /** The connection begins with TLS. */
  readonly implicitTls: boolean
  readonly credentials: Credentials | undefined
}

/** Where to connect to: a URL, a text such as `mail.example:587`, or its parts. */
export type Address = string | { readonly host: string; readonly port?: number | undefined } | { readonly path: string }

type Protocol = 'smtp' | 'lmtp'

interface Scheme {
  readonly protocol: Protocol
  readonly implicitTls: boolean
  /** The ports where none is named, without and with TLS from the first byte; absent for a unix socket. */
  readonly ports?: readonly [number, number]
}

/** What an address says by itself. */
interface Place {
  readonly scheme: Scheme
  readonly where: { readonly host: string; readonly port: number | undefined } | { readonly path: string }
  readonly credentials?: Credentials | undefined
  /** What errors are to call its port. */
  readonly field: string
}

const smtp: Scheme = { protocol: 'smtp', implicitTls: false, ports: [25, 465] }
const lmtp: Scheme = { protocol: 'lmtp', implicitTls: false, ports: [2003, 2003] }
const schemes: Readonly<Record<string, Scheme>> = {
  'smtp:': smtp,
  'smtps:': { protocol: 'smtp', implicitTls: true, ports: [465, 465] },
  'submission:': { protocol: 'smtp', implicitTls: false, ports: [587, 465] },
  'submissions:': { protocol: 'smtp', implicitTls: true, ports: [465, 465] },
  'lmtp:': lmtp,
  'lmtp+unix:': { protocol: 'lmtp', implicitTls: false },
}
/** Of an address that names none. */
const defaultSchemes: Readonly<Record<Protocol, Scheme>> = { smtp, lmtp }

const portRule = 'a whole number from 1 to 65535'
const hostPort = /^(\[[^\]]*\]|[^:[\]]+)(?::(.*))?$/

const tcpSchema = z.strictObject(
  { host: z.string('must be a string'), port: z.optional(z.custom<number>(isPort, `must be ${portRule}`)) },
  'must be a string, or an object with a host or a path',
)
const unixSchema = z.strictObject({ path: z.string('must be a string') })

/**
 * Reads a URL: `smtp://`, `smtps://`, `submission://`, `submissions://` or `lmtp://` and `host[:port]`, with or without
 * `user:password@`, or `lmtp+unix:///path`. Or a text without scheme: `host`, `host:port`, `::1`, `[::1]:25`, and for
 * LMTP the path of a unix socket. Or an object with `host` and `port`, or with `path`. A host's name becomes A-labels.
 *
 * @param implicit whether TLS from the first byte is asked for, whatever the address says; then SMTP's port is 465
 * (RFC 8314 §7.3) where none is named
 * @throws {InvalidArgumentError} which never shows the URL's credentials
 */
export function parseEndpoint(address: Address, protocol: Protocol, implicit = false): Endpoint {
  const place = typeof address === 'string' ? readText(address, protocol) : readParts(address, protocol)
  const { scheme, where, credentials } = place
  const target = 'path' in where ? where : { host: where.host, port: where.port ?? defaultPort(scheme, implicit) }
  if (protocol === 'lmtp' && 'port' in target && target.port === 25) {
    throw new InvalidArgumentError(place.field, 'must not name port 25, which is never LMTP (RFC 2033 §5)')
  }
  return { target, implicitTls: scheme.implicitTls || implicit, credentials }
}

function defaultPort({ ports }: Scheme, implicit: boolean): number {
  const [clear, withTls] = ports as readonly [number, number]
  return implicit ? withTls : clear
}

function readText(text: string, protocol: Protocol): Place {
  const isUrl = text.includes('://') && !text.startsWith('/')
  const field = isUrl ? 'url' : 'address'
  if (/\p{Cc}/u.test(text)) throw new InvalidArgumentError(field, 'must not hold a control character')
  return isUrl
    ? readUrl(text, protocol)
    : { scheme: defaultSchemes[protocol], where: hostAndPort(text, protocol), field }
}

function readUrl(text: string, protocol: Protocol): Place {
  const url = parseUrl(text)
  const scheme = Object.hasOwn(schemes, url.protocol) ? schemes[url.protocol] : undefined
  if (scheme?.protocol !== protocol) {
    const known = Object.entries(schemes).filter(([, { protocol: spoken }]) => spoken === protocol)
    const names = known.map(([name]) => `${name}//`).join(', ')
    throw new InvalidArgumentError('url', `must begin with one of ${names}`, `${url.protocol}//…`)
  }
  if (url.search !== '' || url.hash !== '') throw new InvalidArgumentError('url', 'takes no query and no fragment')
  const where = scheme.ports === undefined ? unixPart(url) : tcpPart(url)
  return { scheme, where, credentials: credentialsOf(url), field: 'url' }
}

function hostAndPort(text: string, protocol: Protocol): Place['where'] {
  if (protocol === 'lmtp' && text.length > 1 && text.startsWith('/')) return { path: text }
  if (text.includes('@')) {
    const url = `${protocol}://user:password@mail.example`
    throw new InvalidArgumentError('address', `takes user and password only as a URL, such as ${url}`)
  }
  const [, host = '', digits] = isIpv6(text) ? [text, text] : (hostPort.exec(text) ?? [])
  const port = digits === undefined ? undefined : /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  if (port !== undefined && !isPort(port)) {
    throw new InvalidArgumentError('address', `has a port that is not ${portRule} (IPv6 goes in brackets)`, text)
  }
  return { host: checkedHost(host, 'address', text), port }
}

function readParts(parts: unknown, protocol: Protocol): Place {
  const scheme = defaultSchemes[protocol]
  if (typeof parts === 'object' && parts !== null && 'path' in parts) {
    const { path } = checked(unixSchema, parts, 'an address with a path')
    if (path === '' || path.includes('\0')) {
      throw new InvalidArgumentError('path', 'must not be empty or hold a NUL character', path)
    }
    return { scheme, where: { path }, field: 'path' }
  }
  const { host, port } = checked(tcpSchema, parts, 'address')
  return { scheme, where: { host: checkedHost(host, 'host', host), port }, field: 'port' }
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535
}

/** In an error only `shown` is shown of it. */
function checkedHost(host: string, field: string, shown?: string): string {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  if (isIpv6(address)) return address
  try {
    // Hosts have underscores in their names, though domains of addresses have not.
    const isHost = isAscii(host) && isDomain(host.replaceAll('_', 'x'))
    if (!host.startsWith('[')) return isHost ? host : domainToALabels(host)
  } catch {
    // What is wrong with it may be that it is part of a password.
  }
  throw new InvalidArgumentError(field, 'must name a domain or an IP address', shown)
}

function parseUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new InvalidArgumentError('url', `is not a URL such as smtp://mail.example:587; its port must be ${portRule}`)
  }
}

function tcpPart(url: URL): Place['where'] {
  if (url.pathname !== '' && url.pathname !== '/') throw new InvalidArgumentError('url', 'takes no path')
  const host = checkedHost(decoded('host', url.hostname), 'url')
  const port = url.port === '' ? undefined : Number(url.port)
  if (port === 0) throw new InvalidArgumentError('url', `has a port that is not ${portRule}`)
  return { host, port }
}

// No part of a URL is shown in an error: with a character left unescaped, any part can hold some of the password.
function unixPart(url: URL): Place['where'] {
  const path = decoded('path', url.pathname)
  if (url.hostname !== '' || path.length < 2) {
    throw new InvalidArgumentError('url', 'of a unix socket has three slashes: lmtp+unix:///path/to/socket')
  }
  if (path.includes('\0')) throw new InvalidArgumentError('url path', 'must not hold a NUL character')
  return { path }
}

function credentialsOf(url: URL): Credentials | undefined {
  if (url.username === '' && url.password === '') return undefined
  if (url.username === '' || url.password === '') {
    throw new InvalidArgumentError('url', 'needs user and password together; the auth option takes an empty password')
  }
  return { user: decoded('user name', url.username), pass: decoded('password', url.password) }
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new InvalidArgumentError(`url ${part}`, `has a percent sign without two hexadecimal digits`)
  }
}

/** The target as people write it. */
export function describeTarget(target: Target): string {
  if ('path' in target) return escapeForDisplay(target.path)
  return target.host.includes(':') ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`
}
