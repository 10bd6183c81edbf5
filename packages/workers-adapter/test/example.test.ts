import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedServer, startEmbeddedServer } from '../../../examples/demo/embedded-server.ts'
import { startWorkerd } from './workerd/start-workerd.mjs'

const source = (path: string) => new URL(`../../${path}`, import.meta.url).pathname

const alias = {
  '@sansmtp/core/client': source('core/src/client/index.ts'),
  '@sansmtp/core/common': source('core/src/common.ts'),
  '@sansmtp/core': source('core/src/index.ts'),
  '@sansmtp/workers': source('workers-adapter/src/index.ts'),
}

const message = 'From: ann@example.org\r\nTo: bob@example.net\r\nSubject: Hello\r\n\r\nHello Bob\r\n.dot\r\n'

type Worker = Awaited<ReturnType<typeof startWorkerd>>

function startExample(authority: string, url: string): Promise<Worker> {
  const entry = new URL('../../../examples/worker/worker.ts', import.meta.url)
  return startWorkerd({ entry, bindings: { SMTP_URL: url, TOKEN: 'open sesame' }, trusted: authority, alias })
}

async function post({ url }: Worker, body: unknown, token = 'open sesame'): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
}

describe('the example for Workers, inside workerd', () => {
  let server: EmbeddedServer
  let worker: Worker
  beforeAll(async () => {
    server = await startEmbeddedServer({ user: 'ann', pass: 'secret', refused: ['nobody@example.net'] })
    worker = await startExample(server.authority, `smtp://ann:secret@localhost:${server.port}`)
  })
  afterAll(async () => {
    await worker?.close()
    await server?.[Symbol.asyncDispose]()
  })

  it('sends a message over STARTTLS with AUTH, and tells what became of each recipient', async () => {
    const to = ['bob@example.net', 'nobody@example.net']
    const response = await post(worker, { from: 'ann@example.org', to, message })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      ok: false,
      recipients: [
        { address: 'bob@example.net', status: 'accepted', reply: expect.stringMatching(/^250 /) },
        { address: 'nobody@example.net', status: 'rejected', reply: expect.stringMatching(/^550 /) },
      ],
    })
    expect(server.received.map((octets) => Buffer.from(octets).toString('latin1'))).toEqual([message])
  })

  it('names what is wrong with a message, and sends nothing', async () => {
    const before = server.received.length
    const response = await post(worker, { from: 'ann@example.org', to: 'bob@example.net\r\nQUIT', message })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^to .*'example\.net\\r\\nQUIT'/) },
    })
    expect(server.received.length).toBe(before)
  })

  it('sends nothing for strangers', async () => {
    const before = server.received.length
    const response = await post(worker, { from: 'ann@example.org', to: 'bob@example.net', message }, 'guessed')
    expect(response.status).toBe(401)
    expect(server.received.length).toBe(before)
  })

  it('sends nothing to a server that it does not trust', async () => {
    const before = server.received.length
    const stranger = await createCertificateAuthority('a stranger')
    const distrustful = await startExample(stranger.certificate, `smtp://ann:secret@localhost:${server.port}`)
    try {
      const response = await post(distrustful, { from: 'ann@example.org', to: 'bob@example.net', message })
      expect(response.status).toBe(502)
      expect(await response.json()).toEqual({ error: { code: 'CERTIFICATE_REFUSED', message: expect.any(String) } })
      expect(server.received.length).toBe(before)
    } finally {
      await distrustful.close()
    }
  })
})
