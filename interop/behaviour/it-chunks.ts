import type { ConnectOptions, LmtpClient, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { contentCases } from '../content-cases.ts'
import { MarkedMessage } from '../marked-message.ts'
import type { MailServer } from '../servers/server.ts'
import { SentLines } from './sent-lines.ts'
import { addresses, from } from './subject.ts'

interface Chunking {
  readonly server: MailServer<unknown>
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient | LmtpClient>
  /** Where the messages arrive, if it is not the same server. */
  readonly mailbox?: MailServer<unknown>
}

const accepted = [{ status: 'accepted', reply: { code: 250 } }]
const fiveMegabytes = { body: `${'.0123456789'.repeat(7)}\r\n`.repeat(63_292) }

/** What comes in chunks (RFC 3030) is stored as what comes by DATA, octet by octet. */
export function itChunks({ server, connect, mailbox = server }: Chunking): void {
  const arrives = async (marked: MarkedMessage) => {
    const { message } = marked.find(await mailbox.waitForMessage('ok', marked.mark))
    expect(message).toBe(marked.storedWith(mailbox.storedLineEnd))
  }

  it.each([true, false])('stores the same by BDAT and by DATA: chunking %s', async (chunking) => {
    const sent = new SentLines()
    await using client = await connect({ chunking, onTranscript: sent.onTranscript })
    for (const content of contentCases) {
      const marked = new MarkedMessage(content)
      const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
      expect(report.recipients).toMatchObject(accepted)
      await arrives(marked)
    }
    const [used, unused] = chunking ? ['BDAT', 'DATA'] : ['DATA', 'BDAT']
    expect(sent.of(used)).toHaveLength(contentCases.length)
    expect(sent.of(unused)).toEqual([])
  })

  it('stores a stream of five megabytes that comes in many chunks', async () => {
    const sent = new SentLines()
    const marked = new MarkedMessage(fiveMegabytes)
    await using client = await connect({ onTranscript: sent.onTranscript })
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.pieces(100_003) })
    expect(report.recipients).toMatchObject(accepted)
    expect(sent.of('BDAT').length).toBeGreaterThan(10)
    await arrives(marked)
  })

  it('takes a message in parts', async () => {
    const marked = new MarkedMessage({ body: 'one\r\ntwo\r\nthree\r\n' })
    const text = String(marked.message)
    const parts = [text.slice(0, 20), Buffer.from(text.slice(20, 80)), '', text.slice(80)]
    await using client = await connect({})
    expect((await client.deliver({ from, to: addresses('ok'), message: parts })).recipients).toMatchObject(accepted)
    await arrives(marked)
  })

  it('is sent no content where nobody is accepted, and takes the next message', async () => {
    const sent = new SentLines()
    const marked = new MarkedMessage({ body: 'to somebody\r\n' })
    await using client = await connect({ onTranscript: sent.onTranscript })
    const refused = await client.deliver({ from, to: addresses('unknown', 'unknown'), message: 'RSET\r\nQUIT\r\n' })
    expect(refused.recipients).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    expect(sent.of('BDAT')).toEqual([])
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject(accepted)
    await arrives(marked)
  })

  it('takes a message by bdat, command by command', async () => {
    const marked = new MarkedMessage({ body: '.by hand\r\n' })
    await using client = await connect({})
    await client.mail(from)
    for (const address of addresses('ok', 'unknown')) await client.rcpt(address)
    expect([await client.bdat(marked.message)].flat()).toMatchObject([{ code: 250 }])
    await arrives(marked)
  })
}
