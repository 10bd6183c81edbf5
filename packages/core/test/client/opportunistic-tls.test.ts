import { describe, expect, test, vi } from 'vitest'
import { answering, errorOf, smtp } from './connected.ts'

const from = 'a@bar.example'
const auth = { user: 'ann', pass: 'secret' }
const withTls = { keywords: ['STARTTLS'], keywordsAfterTls: ['AUTH PLAIN'] }

describe('STARTTLS where it is opportunistic', () => {
  const opportunistic = { stepwise: true, tls: 'opportunistic', tlsOptions: { serverName: 'x.example' }, auth } as const

  test('ends the session with a 421, which is thrown', async () => {
    const { client } = await smtp({ ...withTls, answer: answering({ STARTTLS: '421 bye' }) }, opportunistic)
    expect(await errorOf(client.mail(from))).toMatchObject({ code: 'STARTTLS_REFUSED', replyCode: 421 })
  })

  test('ends the session where its handshake fails, which is thrown', async () => {
    const { client, server } = await smtp(withTls, opportunistic)
    vi.spyOn(server, 'startTls').mockRejectedValue(new Error('no'))
    expect(await errorOf(client.mail(from))).toMatchObject({ code: 'TLS_FAILED' })
  })

  test('and missing lets no credentials go out, not even as a digest', async () => {
    const { client, said } = await smtp({ keywords: ['AUTH CRAM-MD5'] }, opportunistic)
    expect(await errorOf(client.mail(from))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
    expect(said()).toEqual(['EHLO bar.example'])
  })
})
