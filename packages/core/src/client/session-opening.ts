import { ClientConnection, type TlsInfo } from '../connection/index.ts'
import { InvalidArgumentError } from '../errors/index.ts'
import { awaitGreeting, checkCredentials, type OpeningOptions, open, quit } from '../session/index.ts'
import { encodeProxyHeader } from '../wire/index.ts'
import { clientNameOnWire, defaultClientName } from './client-name.ts'
import { type ConnectOptions, checkConnectOptions, type SessionOptions } from './connect-options.ts'
import { connectWithin } from './connecting.ts'
import { type Address, parseEndpoint } from './endpoint.ts'
import { mechanismsNamed } from './named-mechanisms.ts'
import { prefaced, withPreface } from './preface.ts'
import { Pump } from './pump.ts'
import type { OpenSession, Session } from './session.ts'
import { type TlsPolicy, tlsOptionsFor, tlsPolicyOf, withClientCertificate } from './tls-policy.ts'
import type { Connect, TlsOptions, Transport } from './transport.ts'

type Protocol = 'smtp' | 'lmtp'

/**
 * What connects to an address and makes a session there. All arguments are checked before.
 *
 * @throws {InvalidArgumentError}
 */
export function sessionOpener(
  protocol: Protocol,
  connect: Connect,
  where: Address | (Address & ConnectOptions),
  more: ConnectOptions,
): OpenSession {
  const { address, options } = apart(where, more)
  checkConnectOptions(options)
  const endpoint = parseEndpoint(address, protocol, options.tls === 'implicit')
  const { target, credentials } = endpoint
  const policy = tlsPolicyOf(endpoint, options.tls)
  const tlsOptions = { ...('host' in target && { serverName: target.host }), ...options.tlsOptions }
  const tls = tlsOptionsFor(policy, tlsOptions)
  if (credentials !== undefined) checkCredentials(credentials)
  const session = { ...options, ...(options.auth === undefined && credentials !== undefined && { auth: credentials }) }
  // One for its checks of limits and timeouts; those that are used know their transport.
  newConnection(protocol, policy, options)
  const request = {
    target,
    ...(policy === 'implicit' && tls !== undefined && { tls }),
    ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
  }
  const dial = options.proxy === undefined ? connect : withPreface(connect, encodeProxyHeader(options.proxy))
  return async (signal) => {
    const transport = await connectWithin(dial, request, session.timeouts?.connect, signal)
    const connection = newConnection(protocol, policy, session, knownOf(transport, tlsOptions))
    const server = 'host' in target ? target : undefined
    return await openSession(connection, transport, policy, tlsOptions, { ...session, signal }, server)
  }
}

/** One object may say where to and how. */
function apart(
  where: Address | (Address & ConnectOptions),
  more: ConnectOptions,
): { readonly address: Address; readonly options: ConnectOptions } {
  if (typeof where !== 'object' || where === null) return { address: where, options: more }
  const { host, port, path, ...options } = where as ConnectOptions & { host?: string; port?: number; path?: string }
  const address = path === undefined ? { host, port } : { path, ...(host !== undefined && { host }) }
  return { address: address as Address, options: { ...options, ...more } }
}

/** Makes a session over a transport that is connected already. */
export async function sessionOver(protocol: Protocol, transport: Transport, options: SessionOptions): Promise<Session> {
  checkConnectOptions(options)
  const { tls: policy = 'required', tlsOptions = {} } = options
  if (policy !== 'implicit') tlsOptionsFor(policy, tlsOptions)
  // As above, before anything is sent.
  newConnection(protocol, policy, options)
  const begun = await withProxyHeader(transport, policy, tlsOptions, options)
  const connection = newConnection(protocol, policy, options, knownOf(begun, tlsOptions))
  return await openSession(connection, begun, policy, tlsOptions, options)
}

async function withProxyHeader(
  transport: Transport,
  policy: TlsPolicy,
  tlsOptions: Partial<TlsOptions>,
  { proxy, timeouts, signal }: SessionOptions,
): Promise<Transport> {
  if (proxy === undefined) return transport
  const implicit = policy === 'implicit'
  if (implicit && transport.tls !== undefined) {
    throw new InvalidArgumentError('proxy', 'must go ahead of TLS, which stands already on this transport')
  }
  const tls = implicit ? tlsOptionsFor(policy, tlsOptions) : undefined
  return await prefaced(transport, encodeProxyHeader(proxy), tls, timeouts?.connect, signal)
}

function newConnection(
  protocol: Protocol,
  policy: TlsPolicy,
  { limits, timeouts }: SessionOptions,
  known?: TlsInfo,
): ClientConnection {
  const { connect: _, ...phases } = timeouts ?? {}
  const tls = policy === 'implicit' ? known : undefined
  return new ClientConnection({ protocol, secure: policy === 'implicit', tls, limits: limits ?? {}, timeouts: phases })
}

/** Of a connection that began with TLS. */
function knownOf({ tls }: Transport, tlsOptions: Partial<TlsOptions>): TlsInfo {
  return withClientCertificate(tls ?? {}, tlsOptions)
}

async function openSession(
  connection: ClientConnection,
  transport: Transport,
  policy: TlsPolicy,
  tlsOptions: Partial<TlsOptions>,
  options: Omit<SessionOptions, 'signal'> & { readonly signal?: AbortSignal | undefined },
  server?: OpeningOptions['server'],
): Promise<Session> {
  const { auth, allowInsecureAuth = false, mechanisms, scram, clientName, signal, stepwise = false } = options
  const { pipelining, chunking } = options
  const startTls = policy === 'implicit' ? 'off' : policy
  const pump = new Pump(connection, transport, {
    tls: tlsOptionsFor(startTls, tlsOptions),
    onTranscript: options.onTranscript,
  })
  const opening = {
    clientName: clientNameOnWire(clientName ?? defaultClientName(transport.local)),
    startTls,
    allowInsecureAuth,
    ...(auth !== undefined && { credentials: auth }),
    ...(mechanisms !== undefined && { mechanisms: mechanismsNamed(mechanisms) }),
    ...(scram !== undefined && { scram }),
    ...(server !== undefined && { server }),
  }
  try {
    const greeting = await pump.run(stepwise ? awaitGreeting() : open(connection, opening), { signal })
    return { pump, greeting, opening, sending: { pipelining, chunking }, established: !stepwise, tlsOptions }
  } catch (error) {
    await leave(pump, signal)
    throw error
  }
}

/** RFC 5321 §4.1.1.10: not without QUIT, where the server still listens. */
async function leave(pump: Pump, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (pump.connection.can('QUIT')) await pump.run(quit(pump.connection), { signal })
  } catch {
    // The error that ends the attempt is the one to tell.
  } finally {
    await pump.close()
  }
}
