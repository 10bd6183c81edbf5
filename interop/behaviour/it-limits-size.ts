import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { sizeLimit } from '../servers/policy.ts'
import { addresses, from, type Subject } from './subject.ts'

/** A message over the server's limit is refused, and the one after it is not. */
export function itLimitsSize({ server, connect }: Subject): void {
  // By far: some servers count the octets as they store them.
  const tooLarge = new MarkedMessage({ body: `${'x'.repeat(78)}\r\n`.repeat(sizeLimit / 66) })

  it('is not sent a message that is larger than it takes', async () => {
    const marked = new MarkedMessage({ body: 'small\r\n' })
    await using client = await connect()
    expect(client.capabilities.maxMessageSize).toBe(sizeLimit)
    const to = addresses('ok')
    const large = client.deliver({ from, to, message: tooLarge.message })
    await expect(large).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'message' })
    const report = await client.deliver({ from, to, message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForMessage('ok', marked.mark)
  })

  it.each([undefined, false])(
    'is sent no more of a stream than it takes, and the next message (chunking: %s)',
    async (chunking) => {
      const marked = new MarkedMessage({ body: 'small\r\n' })
      await using client = await connect()
      const to = addresses('ok')
      const reports = [
        await client.deliver({ from, to, message: tooLarge.pieces(65_536) }, { chunking }),
        await client.deliver({ from, to, message: marked.message }, { chunking }),
      ]
      // By BDAT the client stops in time; of DATA it can not take anything back, and the server refuses it at its end.
      const inChunks = client.capabilities.has('CHUNKING') && chunking === undefined
      expect(reports).toMatchObject([
        inChunks
          ? { recipients: [{ status: 'notSent' }], error: { code: 'INVALID_ARGUMENT', field: 'message' } }
          : { recipients: [{ status: 'rejected', reply: { code: 552 } }] },
        { recipients: [{ status: 'accepted', reply: { code: 250 } }] },
      ])
      await server.waitForMessage('ok', marked.mark)
      expect((await server.messages('ok')).some((message) => message.includes(tooLarge.mark))).toBe(false)
    },
  )
}
