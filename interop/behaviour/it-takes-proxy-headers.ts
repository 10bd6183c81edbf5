import type { ConnectOptions, LmtpClient, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import type { MailServer } from '../servers/server.ts'
import { addresses, from } from './subject.ts'

interface Taking {
  readonly server: MailServer<unknown>
  /** To where every connection begins with a header. */
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient | LmtpClient>
  readonly versions: readonly (1 | 2)[]
  /** Whether the address of a client is seen in what the server writes before a message, or in its log. */
  readonly shown: 'before the message' | 'in the log'
  /** Where the messages arrive, if it is not the same server. */
  readonly mailbox?: MailServer<unknown>
}

const destination = { 4: { host: '192.0.2.1', port: 25 }, 6: { host: '2001:db8::1', port: 25 } }

/** The server takes the client for the one that the header of the PROXY protocol names. */
export function itTakesProxyHeaders({ server, connect, versions, shown, mailbox = server }: Taking): void {
  const ways = versions.flatMap((version) => [4, 6].map((family) => ({ version, family: family as 4 | 6 })))

  it.each(ways)('takes the client for another: PROXY version $version, IPv$family', async ({ version, family }) => {
    // Another one each time, since a log keeps them all.
    const host = family === 4 ? `192.0.2.${10 + version}` : `2001:db8::${10 + version}`
    const marked = new MarkedMessage({ body: 'for another\r\n' })
    const proxy = { version, source: { host, port: 40_000 + version }, destination: destination[family] }
    await using client = await connect({ proxy })
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    const { trace } = marked.find(await mailbox.waitForMessage('ok', marked.mark))
    const address = new RegExp(`[[ =](IPv6:)?${host.replaceAll('.', '\\.')}(?![\\w.:])`, 'i')
    if (shown === 'before the message') expect(trace).toMatch(address)
    else await server.waitForLog(address)
  })
}
