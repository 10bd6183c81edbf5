import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { users } from '../servers/policy.ts'
import type { Authenticating } from './it-proves-passwords.ts'
import { SentLines } from './sent-lines.ts'
import { addresses, from } from './subject.ts'

interface Knowing extends Authenticating {
  readonly authority: CertificateAuthority
}

/** EXTERNAL lets in whoever has a certificate, as the one that it is for. */
export function itKnowsClientCertificates({ server, connect, logged, authority }: Knowing): void {
  const { name } = users.tester
  const certificateOf = async (user: string, issuer = authority) => {
    const { certificate, key } = await issuer.issue({ names: [user] })
    return { cert: certificate, key }
  }

  it.each([
    { who: 'does not say who it is', auth: { external: true } as const },
    { who: 'says what the certificate says', auth: { external: true, authzid: name } as const },
  ])('lets in by EXTERNAL who $who', async ({ auth }) => {
    const sent = new SentLines()
    const marked = new MarkedMessage({ body: 'let in\r\n' })
    const tlsOptions = await certificateOf(name)
    await using client = await connect({ auth, tlsOptions, onTranscript: sent.onTranscript })
    expect(client.authenticated).toBe(true)
    expect(sent.of('AUTH')).toEqual([expect.stringMatching(/^AUTH EXTERNAL\b/)])
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForLog(logged('EXTERNAL', name))
  })

  it('is tried with the certificate first, whatever else there is', async () => {
    const sent = new SentLines()
    const auth = { user: name, pass: 'pen' }
    await using client = await connect({ auth, tlsOptions: await certificateOf(name), onTranscript: sent.onTranscript })
    expect(client.authenticated).toBe(true)
    expect(sent.of('AUTH')).toHaveLength(1)
  })

  it('lets nobody act as another by EXTERNAL', async () => {
    const connecting = connect({ auth: { external: true, authzid: 'ok' }, tlsOptions: await certificateOf(name) })
    await expect(connecting).rejects.toMatchObject({ code: 'AUTHENTICATION', mechanism: 'EXTERNAL', replyCode: 535 })
  })

  it('lets in nobody by a certificate of an authority that it does not know', async () => {
    const stranger = await createCertificateAuthority('a stranger')
    const connecting = connect({ auth: { external: true }, tlsOptions: await certificateOf(name, stranger) })
    await expect(connecting).rejects.toMatchObject({ code: expect.stringMatching(/^(AUTHENTICATION|NOT_SUPPORTED)$/) })
  })
}
