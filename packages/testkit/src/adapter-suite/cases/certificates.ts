import assert from 'node:assert/strict'
import { type CertificateCheck, CertificateError } from '@sansmtp/core'
import type { TlsOptions } from '@sansmtp/core/client'
import type { IssuedCertificate } from '../../certificates/index.ts'
import type { AdapterCapabilities } from '../adapter-capabilities.ts'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import type { Stage } from '../stage.ts'

interface Refusal {
  /** What is wrong with the certificate. */
  readonly that: string
  readonly check: CertificateCheck
  readonly identity: (stage: Stage) => Promise<IssuedCertificate>
  /** Default: as the client trusts the suite's authority. */
  readonly options?: TlsOptions
}

const fromStranger = (name: string) => async (stage: Stage) => (await stage.stranger(name)).issue()
const good = async ({ identity }: Stage) => identity

const refusals: readonly Refusal[] = [
  { that: 'has expired', check: 'expired', identity: ({ authority }) => authority.issue({ expired: true }) },
  {
    that: 'is for another name',
    check: 'name-mismatch',
    identity: ({ authority }) => authority.issue({ names: ['mail.example.test'] }),
  },
  { that: 'is from an unknown authority', check: 'untrusted', identity: fromStranger('a stranger') },
  {
    that: 'is from a namesake of the authority that is trusted',
    check: 'untrusted',
    identity: fromStranger('sansmtp adapter suite'),
  },
  {
    that: "is from an authority that is not the runtime's, where none is named",
    check: 'untrusted',
    identity: good,
    options: { serverName: 'localhost' },
  },
  {
    that: 'comes where the list of authorities is empty',
    check: 'untrusted',
    identity: good,
    options: { serverName: 'localhost', ca: [] },
  },
]

/** The error that an adapter of these capabilities must tell a refused certificate by. */
function isRefusal(error: unknown, check: CertificateCheck, capabilities: AdapterCapabilities): true {
  assert.ok(error instanceof CertificateError, String(error))
  assert.equal(error.check, capabilities.certificateDetail ? check : 'refused')
  assert.notEqual(error.cause, undefined, "the runtime's error is missing")
  return true
}

function refusing(refusal: Refusal, implicit: boolean): AdapterCase {
  const { that, check, identity, options } = refusal
  return {
    name: `refuses one that ${that}, and sends nothing`,
    // Without lists of authorities, what the runtime trusts is the suite's authority.
    needs: [implicit ? 'implicitTls' : 'startTls', ...(options === undefined ? [] : (['namedAuthorities'] as const))],
    run: async (stage) => {
      const shown = await identity(stage)
      const server = await stage.serve(async (peer) => {
        // With TLS 1.3 the server's side may be complete before the client has looked at the certificate.
        const secured = await peer.startTls(shown).catch(() => undefined)
        const received = secured === undefined ? '' : String(await peer.readToEnd().catch(() => ''))
        assert.equal(received, '')
      })
      const tls = options ?? stage.trusted
      const upgrade = async () => {
        if (implicit) return stage.open(server, { tls })
        const transport = await stage.open(server)
        await transport.startTls(tls).finally(() => transport.close())
        return transport
      }
      await assert.rejects(upgrade(), (error) => isRefusal(error, check, stage.capabilities))
      await server.finished()
    },
  }
}

export const certificates: readonly AdapterCaseGroup[] = [
  { name: 'the certificate of implicit TLS', cases: refusals.map((refusal) => refusing(refusal, true)) },
  {
    name: 'the certificate of STARTTLS',
    cases: [
      ...refusals.map((refusal) => refusing(refusal, false)),
      {
        name: 'may be from any of several authorities',
        needs: ['startTls', 'namedAuthorities'],
        run: async (stage) => {
          const stranger = await stage.stranger()
          const ca = [stranger.certificate, stage.authority.certificate]
          const server = await stage.serve((peer) => peer.startTls(stage.identity))
          const transport = await stage.open(server)
          const info = await transport.startTls({ serverName: 'localhost', ca })
          assert.equal(info.authorized, true)
        },
      },
    ],
  },
]
