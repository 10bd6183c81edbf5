import { ClientConnection } from '../connection/index.ts'
import { InvalidArgumentError } from '../errors/index.ts'
import { open } from '../session/index.ts'
import { defaultClientName } from './client-name.ts'
import { type ConnectOptions, checkConnectOptions, type SessionOptions } from './connect-options.ts'
import { connectWithin } from './connecting.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { Pump } from './pump.ts'
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
  const session = {
    ...options,
    tls: tlsPolicy(endpoint, options.tls),
    tlsOptions: { ...('host' in target && { serverName: target.host }), ...options.tlsOptions },
    ...(options.auth === undefined && credentials !== undefined && { auth: credentials }),
  }
  const connection = newConnection(protocol, session)
  const request = {
    target,
    ...(session.tls === 'implicit' && { tls: completeTlsOptions(session.tlsOptions) }),
    ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
  }
  const transport = await connectWithin(connect, request, options.timeouts?.connect, options.signal)
  return openSession(connection, transport, session)
}

/** Opens a session over a transport that is connected already. */
export async function startSession(protocol: Protocol, transport: Transport, options: SessionOptions): Promise<Pump> {
  checkConnectOptions(options)
  return openSession(newConnection(protocol, options), transport, options)
}

function newConnection(protocol: Protocol, { tls, limits, timeouts }: SessionOptions): ClientConnection {
  const { connect: _, ...phases } = timeouts ?? {}
  return new ClientConnection({ protocol, secure: tls === 'implicit', limits: limits ?? {}, timeouts: phases })
}

async function openSession(connection: ClientConnection, transport: Transport, options: SessionOptions): Promise<Pump> {
  const { tls = 'required', auth, allowInsecureAuth = false, signal, onTranscript } = options
  const pump = new Pump(connection, transport, { tls: completeTlsOptions(options.tlsOptions), onTranscript })
  const opening = open(connection, {
    clientName: options.clientName ?? defaultClientName(transport.local),
    startTls: tls === 'implicit' ? 'off' : tls,
    allowInsecureAuth,
    ...(auth !== undefined && { credentials: auth }),
  })
  try {
    await pump.run(opening, { signal })
  } catch (error) {
    await pump.close()
    throw error
  }
  return pump
}

/** What the scheme says holds, and the option can't take it back. */
function tlsPolicy(
  { target, implicitTls }: Endpoint,
  asked: SessionOptions['tls'],
): NonNullable<SessionOptions['tls']> {
  if (implicitTls) {
    if (asked === undefined || asked === 'implicit' || asked === 'required') return 'implicit'
    throw new InvalidArgumentError('tls', 'must not be relaxed for smtps://, which begins with TLS', asked)
  }
  // A unix socket is no network: nobody is in the path, and no certificate has its name.
  return asked ?? ('path' in target ? 'off' : 'required')
}

function completeTlsOptions({ serverName = 'localhost', ...rest }: Partial<TlsOptions> = {}): TlsOptions {
  return { serverName, ...rest }
}
