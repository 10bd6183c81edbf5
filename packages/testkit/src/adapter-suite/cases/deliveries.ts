import assert from 'node:assert/strict'
import { UnexpectedEofError } from '@sansmtp/core'
import type { Client, DeliveryReport } from '@sansmtp/core/client'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import type { Peer } from '../server/peer.ts'
import { greet, greetForStartTls, takeEnvelope } from '../session-script.ts'
import type { Stage } from '../stage.ts'

const from = 'ann@example.org'
const to = ['bob@example.net', 'eve@example.net']
const endOfContent = '\r\n.\r\n'

/** Of lines that begin with a dot too. */
const message = Buffer.from('From: ann\r\n\r\n.hidden\r\n..more\r\nlast line\r\n'.repeat(100_000), 'latin1')
/** As RFC 5321 §4.5.2 has it on the wire. */
const onTheWire = `${message.toString('latin1').replace(/^\./gm, '..')}.\r\n`

/** Takes a message octet by octet. */
async function takeMessage(peer: Peer): Promise<void> {
  await takeEnvelope(peer, from, to)
  const content = (await peer.readThrough(endOfContent)).toString('latin1')
  assert.ok(content === onTheWire, 'what arrived is not what was sent')
}

async function takeQuit(peer: Peer): Promise<void> {
  await peer.answer('QUIT', '221 bye')
  assert.equal((await peer.readToEnd()).length, 0)
}

function statuses({ recipients }: DeliveryReport): readonly string[] {
  return recipients.map(({ status }) => status)
}

async function deliversAndQuits(client: Client, expected: readonly string[]): Promise<void> {
  const report = await client.deliver({ from, to, message })
  assert.deepEqual(statuses(report), expected)
  await client.quit()
}

/** A delivery whose server does not live to see its end. */
async function reportOf(stage: Stage, secure: boolean, demise: (peer: Peer) => Promise<void>): Promise<DeliveryReport> {
  const server = await stage.serve(async (peer) => {
    if (secure) await peer.startTls(stage.identity)
    await greet(peer)
    await takeEnvelope(peer, from, to)
    await demise(peer)
  })
  const client = await stage.smtp(
    `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${server.port}`,
    secure ? { tlsOptions: stage.trusted } : { tls: 'off' },
  )
  // More than all the buffers on the way hold, with those between the server's socket and its TLS.
  const report = await client.deliver({ from, to, message: Buffer.alloc(24_000_000, 'hello\r\n') })
  assert.equal(report.ok, false)
  return report
}

function demises(secure: boolean): readonly AdapterCase[] {
  const how = secure ? 'over TLS' : 'in clear'
  const needs = secure ? (['implicitTls'] as const) : []
  return [
    {
      name: `is told as not sent when the server vanishes amid the content, ${how}`,
      needs,
      run: async (stage) => {
        const report = await reportOf(stage, secure, async (peer) => {
          await peer.readExactly(100_000)
          peer.reset()
        })
        assert.deepEqual(statuses(report), ['notSent', 'notSent'])
        assert.ok(report.error instanceof UnexpectedEofError, String(report.error))
      },
    },
    {
      name: `is told as unknown when the server vanishes after the final dot, ${how}`,
      needs,
      run: async (stage) => {
        const report = await reportOf(stage, secure, async (peer) => {
          await peer.readThrough(endOfContent)
          peer.reset()
        })
        assert.deepEqual(statuses(report), ['unknown', 'unknown'])
        assert.ok(report.error instanceof UnexpectedEofError, String(report.error))
      },
    },
    {
      name: `hears what the server says before it hangs up on the content, ${how}`,
      needs: [...needs, 'readsAfterFailedWrites'],
      run: async (stage) => {
        const report = await reportOf(stage, secure, async (peer) => {
          await peer.readExactly(100_000)
          await peer.sendAndReset('421 4.3.2 going down\r\n')
        })
        assert.deepEqual(statuses(report), ['deferred', 'deferred'])
        assert.deepEqual(
          report.recipients.map(({ reply }) => reply?.code),
          [421, 421],
        )
      },
    },
  ]
}

/** LMTP has a reply for each recipient (RFC 2033 §4.2). */
async function serveLmtp(peer: Peer): Promise<void> {
  await greet(peer, ['PIPELINING'], 'LHLO')
  await takeMessage(peer)
  peer.send('250 2.0.0 taken\r\n550 5.2.2 full\r\n')
  await takeQuit(peer)
}

export const deliveries: AdapterCaseGroup = {
  name: 'a delivery',
  cases: [
    {
      name: 'over STARTTLS, after authentication, arrives octet by octet',
      needs: ['startTls'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          await greetForStartTls(peer)
          peer.send('220 go\r\n')
          await peer.startTls(stage.identity)
          await peer.answer('EHLO', '250-hello\r\n250-PIPELINING\r\n250 AUTH PLAIN')
          await peer.answer(`AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`, '235 welcome')
          await takeMessage(peer)
          peer.send('250 2.0.0 taken\r\n')
          await takeQuit(peer)
        })
        const client = await stage.smtp(`smtp://ann:secret@localhost:${server.port}`, { tlsOptions: stage.trusting })
        assert.equal(client.secure, true)
        assert.equal(client.authenticated, true)
        await deliversAndQuits(client, ['accepted', 'accepted'])
        await server.finished()
      },
    },
    {
      name: 'over implicit TLS arrives octet by octet',
      needs: ['implicitTls'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          await peer.startTls(stage.identity)
          await greet(peer)
          await takeMessage(peer)
          peer.send('250 2.0.0 taken\r\n')
          await takeQuit(peer)
        })
        const client = await stage.smtp(`smtps://localhost:${server.port}`, { tlsOptions: stage.trusting })
        await deliversAndQuits(client, ['accepted', 'accepted'])
        await server.finished()
      },
    },
    {
      name: 'by LMTP has a reply for each recipient',
      run: async (stage) => {
        const server = await stage.serve(serveLmtp)
        const client = await stage.lmtp(`lmtp://127.0.0.1:${server.port}`, { tls: 'off' })
        await deliversAndQuits(client, ['accepted', 'rejected'])
        await server.finished()
      },
    },
    {
      name: 'by LMTP goes over a unix socket',
      needs: ['unixSockets'],
      run: async (stage) => {
        const server = await stage.serve(serveLmtp, { unix: true })
        const client = await stage.lmtp(`lmtp+unix://${server.path}`)
        await deliversAndQuits(client, ['accepted', 'rejected'])
        await server.finished()
      },
    },
    ...demises(false),
    ...demises(true),
  ],
}
