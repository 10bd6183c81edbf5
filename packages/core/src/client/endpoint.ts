import { escapeForDisplay, InvalidArgumentError } from '../errors/index.ts'
import type { Credentials } from '../session/index.ts'
import { isDomain, isIpv6 } from '../wire/index.ts'
import type { Target } from './transport.ts'

/** What a URL says of where to connect and how. */
export interface Endpoint {
  readonly target: Target
  /** The connection begins with TLS. */
  readonly implicitTls: boolean
  readonly credentials: Credentials | undefined
}

interface Scheme {
  readonly protocol: 'smtp' | 'lmtp'
  readonly implicitTls: boolean
  /** Absent where the URL names a unix socket. */
  readonly defaultPort?: number
}

const schemes: Readonly<Record<string, Scheme>> = {
  'smtp:': { protocol: 'smtp', implicitTls: false, defaultPort: 25 },
  'smtps:': { protocol: 'smtp', implicitTls: true, defaultPort: 465 },
  'lmtp:': { protocol: 'lmtp', implicitTls: false, defaultPort: 2003 },
  'lmtp+unix:': { protocol: 'lmtp', implicitTls: false },
}

/**
 * Reads `smtp://`, `smtps://`, `lmtp://host[:port]` with or without `user:password@`, or `lmtp+unix:///path`.
 *
 * @throws {InvalidArgumentError} which never shows the URL's credentials
 */
export function parseEndpoint(text: string, protocol: 'smtp' | 'lmtp'): Endpoint {
  const url = parseUrl(text)
  const scheme = Object.hasOwn(schemes, url.protocol) ? schemes[url.protocol] : undefined
  if (scheme?.protocol !== protocol) {
    const known = Object.entries(schemes).filter(([, { protocol: spoken }]) => spoken === protocol)
    const names = known.map(([name]) => `${name}//`).join(', ')
    throw new InvalidArgumentError('url', `must begin with one of ${names}`, `${url.protocol}//…`)
  }
  if (url.search !== '' || url.hash !== '') throw new InvalidArgumentError('url', 'takes no query and no fragment')
  const { implicitTls, defaultPort } = scheme
  const target = defaultPort === undefined ? unixTarget(url) : tcpTarget(url, defaultPort)
  if (protocol === 'lmtp' && 'port' in target && target.port === 25) {
    throw new InvalidArgumentError('url', 'must not name port 25, which is never LMTP (RFC 2033 §5)')
  }
  return { target, implicitTls, credentials: credentialsOf(url) }
}

function parseUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new InvalidArgumentError('url', 'is not a URL such as smtp://mail.example:587; the port must be a number')
  }
}

function tcpTarget(url: URL, defaultPort: number): Target {
  if (url.pathname !== '' && url.pathname !== '/') throw new InvalidArgumentError('url', 'takes no path')
  const host = decoded('host', url.hostname.replace(/^\[|\]$/g, ''))
  if (!isIpv6(host) && !isDomain(host)) {
    throw new InvalidArgumentError('url', 'has a host that is no domain and no address')
  }
  const port = url.port === '' ? defaultPort : Number(url.port)
  if (port === 0) throw new InvalidArgumentError('url', 'needs a port from 1 to 65535')
  return { host, port }
}

// No part of a URL is shown in an error: with a character left unescaped, any part can hold some of the password.
function unixTarget(url: URL): Target {
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
