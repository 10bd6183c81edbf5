import type { ConnectOptions, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import type { MailServer } from '../servers/server.ts'
import { addresses, from } from './subject.ts'

interface Speaking {
  readonly server: MailServer<unknown>
  /** To where XCLIENT and XFORWARD are taken. */
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient>
}

const clients = [
  { family: 'IPv4', ADDR: '192.0.2.21', seen: /\[192\.0\.2\.21\]/ },
  { family: 'IPv6', ADDR: '2001:db8::21', seen: /\[(IPv6:)?2001:db8::21\]/i },
]

/** Whom XCLIENT names the server takes the client for from then on (Postfix's XCLIENT_README). */
export function itSpeaksForOthers({ server, connect }: Speaking): void {
  it.each(clients)('takes the client for another by XCLIENT, over $family', async ({ ADDR, seen }) => {
    const marked = new MarkedMessage({ body: 'for another\r\n' })
    await using client = await connect({})
    const told = { NAME: 'client.example.org', HELO: 'hello.example.org', ADDR, PORT: 40_021 }
    expect(await client.xclient(told)).toMatchObject({ code: 220 })
    expect(client.capabilities.keywords).toEqual([])
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    const { trace } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(trace).toMatch(/\bclient\.example\.org\b/)
    expect(trace).toMatch(seen)
  })

  it('is told in two commands what does not fit into one', async () => {
    const marked = new MarkedMessage({ body: 'for another\r\n' })
    await using client = await connect({})
    const NAME = `${'long-name.'.repeat(20)}example.org`
    const HELO = `${'long-hello.'.repeat(20)}example.org`
    expect(await client.xclient({ NAME, HELO, ADDR: '192.0.2.22' })).toMatchObject({ code: 220 })
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    const { trace } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(trace.replaceAll(/\s+/g, ' ')).toContain('[192.0.2.22]')
  })
}
