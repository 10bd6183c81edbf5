import { RemoteProtocolError, SmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { type Peer, serve, settle } from './scripted-server.ts'

const authority = await createCertificateAuthority()
const identity = await authority.issue()
const tlsOptions = { ca: authority.certificate }
const envelope = { from: 'ann@example.org', to: ['bob@example.net', 'eve@example.net'] }

/** Of lines that begin with a dot too. */
const long = Buffer.alloc(8_000_000, 'From: ann\r\n\r\n.hidden\r\nlast line\r\n'.repeat(100))

function stuffed(message: Buffer): string {
  return message.toString('latin1').replace(/^\./gm, '..')
}

async function open(peer: Peer, offers = '250 hello'): Promise<void> {
  peer.send('220 ready\r\n')
  await peer.answer('EHLO', offers)
}

async function takeEnvelope(peer: Peer): Promise<void> {
  await peer.answer('MAIL FROM:<ann@example.org>', '250 ok')
  await peer.answer('RCPT TO:<bob@example.net>', '250 ok')
  await peer.answer('RCPT TO:<eve@example.net>', '250 ok')
  await peer.answer('DATA', '354 go')
}

describe('a delivery', () => {
  it('goes over STARTTLS, after authentication, octet by octet', async () => {
    const secrets: string[] = []
    const received: Buffer[] = []
    await using server = await serve(async (peer) => {
      await open(peer, '250-hello\r\n250 STARTTLS')
      await peer.answer('STARTTLS', '220 go')
      await peer.startTls(identity)
      await peer.answer('EHLO', '250-hello\r\n250-PIPELINING\r\n250 AUTH PLAIN')
      secrets.push(await peer.readLine())
      peer.send('235 welcome\r\n')
      await takeEnvelope(peer)
      received.push(await peer.readThrough('\r\n.\r\n'))
      peer.send('250 2.0.0 taken\r\n')
      await peer.answer('QUIT', '221 bye')
      expect(await peer.read()).toHaveLength(0)
    })
    {
      await using client = await SmtpClient.connect(`smtp://ann:secret@localhost:${server.port}`, { tlsOptions })
      expect(client).toMatchObject({ secure: true, authenticated: true, tls: { authorized: true } })
      const report = await client.deliver({ ...envelope, message: long })
      expect(report).toMatchObject({ ok: true, recipients: [{ status: 'accepted' }, { status: 'accepted' }] })
    }
    await server.finished()
    expect(secrets).toEqual([`AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`])
    // The content's last line may lack its CRLF; the dot has one before it all the same.
    const text = stuffed(long)
    expect(received[0]?.toString('latin1') === `${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`).toBe(true)
  })

  it('is told as not sent when the server vanishes amid the content', async () => {
    await using server = await serve(async (peer) => {
      await open(peer)
      await takeEnvelope(peer)
      await peer.readExactly(100_000)
      peer.reset()
    })
    const client = await SmtpClient.connect(`smtp://127.0.0.1:${server.port}`, { tls: 'off' })
    const report = await client.deliver({ ...envelope, message: long })
    expect(report).toMatchObject({
      ok: false,
      recipients: [{ status: 'notSent' }, { status: 'notSent' }],
      error: { code: 'UNEXPECTED_EOF' },
    })
  })

  it('is told as unknown when the server vanishes after the final dot', async () => {
    await using server = await serve(async (peer) => {
      await open(peer)
      await takeEnvelope(peer)
      await peer.readThrough('\r\n.\r\n')
      peer.reset()
    })
    const client = await SmtpClient.connect(`smtp://127.0.0.1:${server.port}`, { tls: 'off' })
    const report = await client.deliver({ ...envelope, message: 'hello' })
    expect(report).toMatchObject({
      ok: false,
      recipients: [{ status: 'unknown' }, { status: 'unknown' }],
      error: { code: 'UNEXPECTED_EOF' },
    })
  })

  it.each([
    ['in clear', false],
    ['over TLS', true],
  ])('hears what the server says before it hangs up on the content, %s', async (_, secure) => {
    await using server = await serve(async (peer) => {
      if (secure) await peer.startTls(identity)
      await open(peer)
      await takeEnvelope(peer)
      await peer.readExactly(100_000)
      peer.send('421 4.3.2 going down\r\n')
      if (secure) await settle(5)
      peer.reset()
    })
    const url = `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${server.port}`
    for (let i = 0; i < 10; i += 1) {
      const client = await SmtpClient.connect(url, secure ? { tlsOptions } : { tls: 'off' })
      const report = await client.deliver({ ...envelope, message: long })
      expect(report.recipients).toMatchObject([
        { status: 'deferred', reply: { code: 421 } },
        { status: 'deferred', reply: { code: 421 } },
      ])
    }
    await server.finished()
  })
})

describe('a server that sends more than its reply to STARTTLS', () => {
  it.each([
    ['in the same segment', async (peer: Peer) => peer.send('220 go\r\n250 injected\r\n')],
    [
      'in a later segment',
      async (peer: Peer) => {
        peer.send('220 go\r\n')
        // As soon as the client has begun with TLS.
        const hello = await peer.read()
        expect(hello[0]).toBe(0x16)
        peer.send('250 injected\r\n')
      },
    ],
  ])('gets no session %s', async (_, inject) => {
    await using server = await serve(async (peer) => {
      await open(peer, '250-hello\r\n250 STARTTLS')
      expect(await peer.readLine()).toBe('STARTTLS')
      await inject(peer)
      await peer.startTls(identity).catch(() => {})
      expect(String(await peer.readToEnd().catch(() => ''))).not.toContain('EHLO')
    })
    const error = await SmtpClient.connect(`smtp://localhost:${server.port}`, { tlsOptions }).catch((e) => e)
    if (error instanceof RemoteProtocolError) expect(error.violation).toBe('BYTES_BEHIND_STARTTLS')
    else expect(error).toMatchObject({ code: 'TLS_FAILED' })
    await server.finished()
  })
})
