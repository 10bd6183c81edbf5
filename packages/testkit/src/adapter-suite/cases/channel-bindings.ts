import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import type { ChannelBindings, TlsInfo } from '@sansmtp/core'
import type { AdapterCapability } from '../adapter-capabilities.ts'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import type { ServerTlsInfo } from '../server/peer.ts'
import type { Stage } from '../stage.ts'

type Version = 'TLSv1.2' | 'TLSv1.3'
type Way = 'implicitTls' | 'startTls'

/** What each end of a connection takes it to be bound to. */
interface Ends {
  readonly client: ChannelBindings
  readonly server: ChannelBindings
}

const ways: Readonly<Record<Way, string>> = { implicitTls: 'implicit TLS', startTls: 'STARTTLS' }

const types = [
  ['tls-server-end-point', 'serverEndPointBinding'],
  ['tls-exporter', 'exporterBinding'],
] as const

async function connectBy(way: Way, stage: Stage, version: Version): Promise<Ends> {
  const versions = { minVersion: version, maxVersion: version }
  const server = await stage.serve(async (peer) => bindingsOf(stage, await peer.startTls(stage.identity, versions)))
  const transport = await stage.open(server, way === 'implicitTls' ? { tls: stage.trusted } : {})
  const info = way === 'implicitTls' ? transport.tls : await transport.startTls(stage.trusted)
  assert.deepEqual(transport.tls, info)
  await transport.close()
  const [bindings] = await server.finished()
  assert.ok(bindings !== undefined)
  return { client: plain(info), server: bindings }
}

/** The server's own view: RFC 5929 §4.1, with the SHA-256 of the suite's certificates, and RFC 9266 §2. */
function bindingsOf({ identity }: Stage, { exported }: ServerTlsInfo): ChannelBindings {
  const endPoint = createHash('sha256').update(new X509Certificate(identity.certificate).raw).digest()
  const bindings = { 'tls-server-end-point': Uint8Array.from(endPoint) }
  return exported === undefined ? bindings : { ...bindings, 'tls-exporter': Uint8Array.from(exported) }
}

function plain({ channelBindings = {} }: TlsInfo = {}): ChannelBindings {
  return Object.fromEntries(Object.entries(channelBindings).map(([type, octets]) => [type, Uint8Array.from(octets)]))
}

function casesBy(way: Way): readonly AdapterCase[] {
  const declared = types.map(
    ([type, capability]): AdapterCase => ({
      name: `are told as ${type}, by ${ways[way]}`,
      needs: [way, capability] satisfies AdapterCapability[],
      run: async (stage) => {
        const { client, server } = await connectBy(way, stage, 'TLSv1.3')
        assert.ok(client[type] !== undefined, `${type} is missing`)
        assert.deepEqual(client[type], server[type] ?? client[type])
      },
    }),
  )
  const truthful = (['TLSv1.2', 'TLSv1.3'] as const).map(
    (version): AdapterCase => ({
      name: `are none but the server's own with ${version}, by ${ways[way]}`,
      needs: [way],
      run: async (stage) => {
        const { client, server } = await connectBy(way, stage, version)
        // RFC 9266 §4.2: with TLS 1.2 it need not be unique.
        if (version === 'TLSv1.2') assert.equal(client['tls-exporter'], undefined)
        assert.deepEqual({ ...server, ...client }, { ...client, ...server })
      },
    }),
  )
  return [...declared, ...truthful]
}

/** An authentication that is bound to a connection fails where both ends do not agree on what connection it is. */
export const channelBindings: AdapterCaseGroup = {
  name: 'the channel bindings',
  cases: [...casesBy('implicitTls'), ...casesBy('startTls')],
}
