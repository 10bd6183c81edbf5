import { ClientConnection } from '../connection/index.ts'
import { checkCredentials, open, quit } from '../session/index.ts'
import { defaultClientName } from './client-name.ts'
import { type ConnectOptions, checkConnectOptions, type SessionOptions } from './connect-options.ts'
import { connectWithin } from './connecting.ts'
import { parseEndpoint } from './endpoint.ts'
import { Pump } from './pump.ts'
import { type TlsPolicy, tlsOptionsFor, tlsPolicyOf } from './tls-policy.ts'
import type { Connect, TlsOptions, Transport } from './transport.ts'

type Protocol = 'smtp' | 'lmtp'

/** Connects to what a URL names and opens a session there. All arguments are checked before. */
export async function connectSession(
  protocol: Protocol,
  connect: Connect,
  url: string,
  options: ConnectOptions,
): Promise<Pump> {
  checkConnectOptions(options)
  const endpoint = parseEndpoint(url, protocol)
  const { target, credentials } = endpoint
  const policy = tlsPolicyOf(endpoint, options.tls)
  const tls = tlsOptionsFor(policy, { ...('host' in target && { serverName: target.host }), ...options.tlsOptions })
  if (credentials !== undefined) checkCredentials(credentials)
  const session = { ...options, ...(options.auth === undefined && credentials !== undefined && { auth: credentials }) }
  const connection = newConnection(protocol, policy, options)
  const request = {
    target,
    ...(policy === 'implicit' && tls !== undefined && { tls }),
    ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
  }
  const transport = await connectWithin(connect, request, options.timeouts?.connect, options.signal)
  return openSession(connection, transport, policy, tls, session)
}

/** Opens a session over a transport that is connected already. */
export async function startSession(protocol: Protocol, transport: Transport, options: SessionOptions): Promise<Pump> {
  checkConnectOptions(options)
  const { tls: policy = 'required' } = options
  const tls = policy === 'implicit' ? undefined : tlsOptionsFor(policy, options.tlsOptions)
  return openSession(newConnection(protocol, policy, options), transport, policy, tls, options)
}

function newConnection(protocol: Protocol, policy: TlsPolicy, { limits, timeouts }: SessionOptions): ClientConnection {
  const { connect: _, ...phases } = timeouts ?? {}
  return new ClientConnection({ protocol, secure: policy === 'implicit', limits: limits ?? {}, timeouts: phases })
}

async function openSession(
  connection: ClientConnection,
  transport: Transport,
  policy: TlsPolicy,
  tls: TlsOptions | undefined,
  options: SessionOptions,
): Promise<Pump> {
  const { auth, allowInsecureAuth = false, clientName, signal, onTranscript } = options
  const pump = new Pump(connection, transport, { tls, onTranscript })
  const opening = open(connection, {
    clientName: clientName ?? defaultClientName(transport.local),
    startTls: policy === 'implicit' ? 'off' : policy,
    allowInsecureAuth,
    ...(auth !== undefined && { credentials: auth }),
  })
  try {
    await pump.run(opening, { signal })
  } catch (error) {
    await leave(pump, signal)
    throw error
  }
  return pump
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
