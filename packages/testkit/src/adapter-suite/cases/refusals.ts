import assert from 'node:assert/strict'
import { InvalidArgumentError } from '@sansmtp/core'
import type { ConnectRequest, TlsOptions } from '@sansmtp/core/client'
import type { AdapterCapability } from '../adapter-capabilities.ts'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import type { Peer } from '../server/peer.ts'
import type { Stage } from '../stage.ts'

interface Unable {
  /** What the adapter is not able to do. */
  readonly capability: AdapterCapability
  readonly what: string
  readonly field: RegExp
}

interface UnableTls extends Unable {
  readonly options: (stage: Stage) => Promise<Partial<TlsOptions>>
}

interface UnableRequest extends Unable {
  readonly request: (stage: Stage) => Promise<Partial<ConnectRequest>>
}

const tlsOptions: readonly UnableTls[] = [
  {
    capability: 'namedAuthorities',
    what: 'an authority to trust',
    field: /^tlsOptions\.ca$/,
    options: async ({ authority }) => ({ ca: authority.certificate }),
  },
  {
    capability: 'namedAuthorities',
    what: 'an empty list of authorities',
    field: /^tlsOptions\.ca$/,
    options: async () => ({ ca: [] }),
  },
  {
    capability: 'clientCertificates',
    what: 'a certificate of our own',
    field: /^tlsOptions\.(?:cert|key)$/,
    options: async ({ identity }) => ({ cert: identity.certificate, key: identity.key }),
  },
  {
    capability: 'minVersion',
    what: 'a least version of TLS',
    field: /^tlsOptions\.minVersion$/,
    options: async () => ({ minVersion: 'TLSv1.3' }),
  },
  {
    capability: 'unverifiedTls',
    what: 'to take any certificate',
    field: /^tlsOptions\.rejectUnauthorized$/,
    options: async () => ({ rejectUnauthorized: false }),
  },
  {
    capability: 'addressCertificates',
    what: 'a certificate for an IPv4 address',
    field: /^tlsOptions\.serverName$/,
    options: async () => ({ serverName: '127.0.0.1' }),
  },
  {
    capability: 'addressCertificates',
    what: 'a certificate for an IPv6 address',
    field: /^tlsOptions\.serverName$/,
    options: async () => ({ serverName: '::1' }),
  },
]

const requests: readonly UnableRequest[] = [
  {
    capability: 'localAddress',
    what: 'a local address',
    field: /^localAddress$/,
    request: async () => ({ localAddress: '127.0.0.1' }),
  },
  {
    capability: 'unixSockets',
    what: 'the path of a unix socket',
    field: /^path$/,
    request: async (stage) => {
      const { path = '' } = await stage.serve(hearsNothing, { unix: true })
      return { target: { path } }
    },
  },
]

/** That there is a connection at all is no harm. */
async function hearsNothing(peer: Peer): Promise<void> {
  assert.equal(String(await peer.readToEnd().catch(() => '')), '')
}

async function refuses(attempt: Promise<unknown>, field: RegExp): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof InvalidArgumentError, String(error))
    assert.match(error.field, field)
    return true
  })
}

function refusedTls({ capability, what, field, options }: UnableTls): readonly AdapterCase[] {
  return [
    {
      name: `is told of ${what} with implicit TLS, and nothing is sent`,
      lacks: [capability],
      needs: ['implicitTls'],
      run: async (stage) => {
        const server = await stage.serve(hearsNothing)
        await refuses(stage.open(server, { tls: { ...stage.trusted, ...(await options(stage)) } }), field)
        await server.finished()
      },
    },
    {
      name: `is told of ${what} with STARTTLS, and nothing more is sent`,
      lacks: [capability],
      needs: ['startTls'],
      run: async (stage) => {
        const server = await stage.serve(hearsNothing)
        const transport = await stage.open(server)
        await refuses(transport.startTls({ ...stage.trusted, ...(await options(stage)) }), field)
        await transport.close()
        await server.finished()
      },
    },
  ]
}

function refusedRequest({ capability, what, field, request }: UnableRequest): AdapterCase {
  return {
    name: `is told of ${what}`,
    lacks: [capability],
    run: async (stage) => {
      const server = await stage.serve(hearsNothing)
      await refuses(stage.open(server, await request(stage)), field)
      await server.finished()
    },
  }
}

/** An option that an adapter would ignore could be the one that somebody's secrecy rests on. */
export const refusals: AdapterCaseGroup = {
  name: 'InvalidArgumentError for what is not declared',
  cases: [...requests.map(refusedRequest), ...tlsOptions.flatMap(refusedTls)],
}
