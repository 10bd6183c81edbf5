import assert from 'node:assert/strict'
import { NotConnectedError, RecipientsRefusedError } from '@sansmtp/core'
import type { AdapterCaseGroup } from '../adapter-case.ts'
import type { Peer } from '../server/peer.ts'
import { greet, greetForStartTls } from '../session-script.ts'

const login = `AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`

async function takeSecureHello(peer: Peer): Promise<void> {
  await greetForStartTls(peer)
  peer.send('220 go\r\n')
}

/** The client's own calls, one by one, on each adapter as on any other. */
export const commands: AdapterCaseGroup = {
  name: 'a session by hand',
  cases: [
    {
      name: 'upgrades to TLS, logs in, asks and sends',
      needs: ['startTls'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          await takeSecureHello(peer)
          await peer.startTls(stage.identity)
          await peer.answer('EHLO', '250-hello\r\n250 AUTH PLAIN')
          await peer.answer(login, '235 welcome')
          await peer.answer('VRFY bob', '252 who knows')
          await peer.answer('MAIL FROM:<ann@example.org>', '250 ok')
          await peer.answer('RCPT TO:<bob@example.net>', '250 ok')
          await peer.answer('DATA', '354 go')
          assert.equal((await peer.readThrough('\r\n.\r\n')).toString('latin1'), 'hello\r\n.\r\n')
          peer.send('250 taken\r\n')
          await peer.answer('QUIT', '221 bye')
        })
        const client = await stage.smtp(`localhost:${server.port}`, { stepwise: true })
        assert.equal((await client.startTls(stage.trusting)).code, 220)
        assert.equal(client.secure, true)
        assert.equal((await client.login('ann', 'secret')).code, 235)
        assert.equal((await client.vrfy('bob')).code, 252)
        assert.deepEqual(await client.sendMail('ann@example.org', 'bob@example.net', 'hello\n'), [])
        assert.equal((await client.quit())?.code, 221)
        await assert.rejects(client.noop(), NotConnectedError)
        await server.finished()
      },
    },
    {
      name: 'goes on after a refusal, and connects again after its end',
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          await greet(peer, ['8BITMIME'])
          await peer.answer('MAIL FROM:<ann@example.org>', '250 ok')
          await peer.answer('RCPT TO:<bob@example.net>', '550 5.1.1 nobody')
          await peer.answer('RSET', '250 ok')
          await peer.answer('QUIT', '221 bye')
        })
        const client = await stage.smtp(`127.0.0.1:${server.port}`, { tls: 'off' })
        await assert.rejects(client.sendMail('ann@example.org', ['bob@example.net'], 'hello\n'), RecipientsRefusedError)
        await client.quit()
        assert.equal(client.capabilities.has('8BITMIME'), false)
        await client.reconnect()
        await assert.rejects(client.sendMail('ann@example.org', ['bob@example.net'], 'hello\n'), RecipientsRefusedError)
        await client.quit()
        await server.finished()
      },
    },
  ],
}
