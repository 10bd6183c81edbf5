import type { SmtpError } from '@sansmtp/core'
import type { Connect, ConnectRequest, Transport } from '@sansmtp/core/client'
import { connect } from '@sansmtp/node'
import { adapterCases, everyCapability, prepare, runCase } from '@sansmtp/testkit/adapter-suite'
import { expect, it } from 'vitest'

type Change = (transport: Transport) => Partial<Transport>

/** The Node adapter, of which some transport's methods are replaced. */
function changed(change: Change): Connect {
  return async (request) => {
    const transport = await connect(request)
    return {
      read: () => transport.read(),
      write: (bytes) => transport.write(bytes),
      startTls: (options) => transport.startTls(options),
      close: () => transport.close(),
      get tls() {
        return transport.tls
      },
      ...(transport.local !== undefined && { local: transport.local }),
      ...change(transport),
    } as Transport
  }
}

/** The Node adapter, that is asked for something else. */
function asked(change: (request: ConnectRequest) => Partial<ConnectRequest>): Connect {
  return (request) => connect({ ...request, ...change(request) })
}

/** Reads before it is asked to, as much as comes. */
function readingAhead(transport: Transport): Partial<Transport> {
  const ahead: Promise<Uint8Array | null>[] = []
  const waiting: ((next: Promise<Uint8Array | null>) => void)[] = []
  const pump = async (): Promise<void> => {
    const next = transport.read()
    const bytes = await next.catch(() => null)
    const waiter = waiting.shift()
    if (waiter === undefined) ahead.push(next)
    else waiter(next)
    if (bytes !== null) return pump()
  }
  pump()
  return { read: () => ahead.shift() ?? new Promise((resolve) => waiting.push(resolve)) }
}

const never = new AbortController().signal

/** What an adapter may do wrong, and the case that must fail then. */
const defects: readonly (readonly [string, string, string, Connect])[] = [
  ['ignores an abort', 'an abort', 'before it begins opens nothing', asked(() => ({ signal: never }))],
  [
    'ignores an abort of the handshake',
    'an abort',
    'while a handshake is not answered rejects, and leaves nothing open',
    asked(() => ({ signal: never })),
  ],
  [
    'ignores the local address',
    'connecting',
    'connects from the local address that was asked for',
    ({ localAddress: _, ...request }) => connect(request),
  ],
  [
    'verifies no certificate',
    'the certificate of implicit TLS',
    'refuses one that has expired, and sends nothing',
    asked(({ tls }) => (tls === undefined ? {} : { tls: { ...tls, rejectUnauthorized: false } })),
  ],
  [
    'verifies no certificate after STARTTLS',
    'the certificate of STARTTLS',
    'refuses one that is for another name, and sends nothing',
    changed((transport) => ({ startTls: (options) => transport.startTls({ ...options, rejectUnauthorized: false }) })),
  ],
  [
    'sends no server name',
    'the server name',
    'is sent with STARTTLS',
    changed((transport) => ({ startTls: (options) => transport.startTls({ ...options, serverName: '127.0.0.1' }) })),
  ],
  [
    'claims to have verified',
    'implicit TLS',
    'takes any certificate where the caller says so, and tells that it was not verified',
    changed(() => ({ tls: { authorized: true } })),
  ],
  [
    'drops plaintext at the upgrade',
    'plaintext behind the reply to STARTTLS',
    'is refused when it is there and was not read',
    changed((transport) => ({
      startTls: async (options) => {
        await transport.read()
        return transport.startTls(options)
      },
    })),
  ],
  [
    'has a write resolve early',
    'writing in clear',
    'delivers 64 MiB whole, and is pending until the other side reads',
    changed((transport) => ({
      write: async (bytes) => {
        Promise.resolve(transport.write(bytes)).catch(() => {})
      },
    })),
  ],
  [
    'takes in whatever comes',
    'reading in clear',
    'gives 64 MiB whole, of which little is taken in before it is asked for',
    changed(readingAhead),
  ],
  [
    'loses octets',
    'reading over TLS',
    'gives pieces of any size in order and whole',
    changed((transport) => ({ read: async () => (await transport.read())?.subarray(1) ?? null })),
  ],
  [
    'has the end for an error',
    'reading in clear',
    'gives null at the end of the other side, again and again',
    changed((transport) => ({
      read: async () => {
        const bytes = await transport.read()
        if (bytes === null) throw new Error('end of file')
        return bytes
      },
    })),
  ],
  [
    'rejects with errors that have no type',
    'connecting',
    'fails with ConnectionFailedError where nobody listens',
    (request) =>
      connect(request).catch((error: SmtpError) => {
        throw new Error(error.message)
      }),
  ],
  [
    'does not close',
    'closing in clear',
    'still sends what was written, and then the end',
    changed(() => ({ close() {} })),
  ],
  [
    'closes only once',
    'closing in clear',
    'may be asked for again, at once and later',
    changed((transport) => {
      let closed = false
      return {
        close() {
          if (closed) throw new Error('closed already')
          closed = true
          return transport.close()
        },
      }
    }),
  ],
  [
    'opens one connection too many',
    'connecting',
    'carries octets both ways',
    async (request) => {
      await connect(request)
      return connect(request)
    },
  ],
]

const settings = await prepare(connect, everyCapability)

it.each(defects)('the suite fails an adapter that %s', async (_, group, name, defective) => {
  const found = adapterCases.find((each) => each.name === group)?.cases.find((each) => each.name === name)
  if (found === undefined) expect.unreachable(`there is no case "${name}"`)
  await runCase(found, settings, 10_000)
  await expect(runCase(found, { ...settings, connect: defective }, 500)).rejects.toThrow()
})
