import { SmtpClient } from '@sansmtp/node'
import { describe, expect, test } from 'vitest'
import { serve } from '../sink/serve.ts'
import { greeting, type SinkCounts, SinkSession } from '../sink/sink-session.ts'

const envelope = 'MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@example.net>\r\nRCPT TO:<eve@example.net>\r\n'
const text = 'Subject: Hello\r\n\r\n..dot\r\n.\r\r\nHow are you?..\r\n'
const byData = `${envelope}DATA\r\n${text}.\r\n`
const byChunks = `RSET\r\n${envelope}BDAT 4\r\n${text.slice(0, 4)}BDAT ${text.length - 4} LAST\r\n${text.slice(4)}`

/** What a sink says to a dialogue, by the first digits of its replies, and what it counts. */
function played(dialogue: string, cuts: readonly number[] = []) {
  const counts: SinkCounts = { messages: 0, recipients: 0, octets: 0 }
  const session = new SinkSession(counts)
  const ends = [...cuts, dialogue.length]
  const replies = ends.map((end, i) => session.receive(Buffer.from(dialogue.slice(ends[i - 1] ?? 0, end))))
  const codes = replies
    .join('')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(0, 4).trim())
  return { codes, counts, ended: session.ended }
}

describe('a sink', () => {
  test('offers what clients are faster by', () => {
    const session = new SinkSession({ messages: 0, recipients: 0, octets: 0 })
    const offered = session.receive(Buffer.from('EHLO client.example\r\n'))
    for (const name of ['PIPELINING', 'CHUNKING', '8BITMIME', 'SMTPUTF8', 'SIZE']) expect(offered).toContain(name)
    expect(greeting).toMatch(/^220 /)
  })

  test('takes messages by DATA and by BDAT, one behind another, and counts what has come', () => {
    const { codes, counts, ended } = played(`${byData}${byChunks}${byData}NOOP\r\nQUIT\r\n`)
    const data = ['250', '250', '250', '354', '250']
    expect(codes).toEqual([...data, '250', '250', '250', '250', '250', '250', ...data, '250', '221'])
    expect(counts).toEqual({ messages: 3, recipients: 6, octets: 3 * text.length })
    expect(ended).toBe(true)
  })

  test('says the same wherever what comes is cut', () => {
    const dialogue = `${byData}${byChunks}QUIT\r\n`
    const whole = played(dialogue)
    for (let first = 1; first < dialogue.length; first += 1) {
      for (const second of [first + 1, first + 2, first + 3, first + 9]) {
        expect(
          played(
            dialogue,
            [first, second].filter((cut) => cut < dialogue.length),
          ),
        ).toEqual(whole)
      }
    }
  })

  test('takes an empty message', () => {
    const { codes, counts } = played(`${envelope}DATA\r\n.\r\n${envelope}BDAT 0 LAST\r\n`)
    expect(codes).toEqual(['250', '250', '250', '354', '250', '250', '250', '250', '250'])
    expect(counts).toEqual({ messages: 2, recipients: 4, octets: 0 })
  })

  test('refuses what is out of order, and passes over the octets of a BDAT that it refuses', () => {
    const { codes, counts } = played(
      'RCPT TO:<bob@example.net>\r\nDATA\r\nBDAT 6 LAST\r\nQUIT\r\nWHAT is it\r\nNOOP\r\n',
    )
    expect(codes).toEqual(['503', '554', '554', '500', '250'])
    expect(counts).toEqual({ messages: 0, recipients: 0, octets: 0 })
  })

  test('serves clients in clear, over TLS and over a long way', async () => {
    const counts: SinkCounts = { messages: 0, recipients: 0, octets: 0 }
    const { ports, authority, close } = await serve(counts, { delay: 5 })
    const tlsOptions = { ca: authority }
    const message = 'Subject: Hello\r\n\r\nHow are you?\r\n'
    const ways = [
      { url: `smtp://127.0.0.1:${ports.clear}`, options: { tls: 'off' } },
      { url: `smtp://127.0.0.1:${ports.delayed}`, options: { tls: 'off' } },
      { url: `smtps://127.0.0.1:${ports.tls}`, options: { tlsOptions } },
    ] as const
    for (const { url, options } of ways) {
      const client = await SmtpClient.connect(url, { clientName: 'client.example', ...options })
      const delivery = { from: 'ann@example.org', to: 'bob@example.net', message }
      for (const pipelining of ['transaction', 'eager'] as const) {
        const report = await client.deliver(delivery, { pipelining })
        expect(report).toMatchObject({ ok: true })
      }
      await client.quit()
    }
    close()
    expect(counts).toEqual({ messages: 6, recipients: 6, octets: 6 * message.length })
  })
})
