import type { ClientConnection, Command } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { normalised, received } from '../wire/normalised.ts'
import { bdatOpened, latin1, octets, sentOctets } from './bdat-opened.ts'
import { readChunks } from './chunk-reader.ts'

type Chunks = readonly Uint8Array[]

const anyMessage = fc.oneof(
  arbitraries.chunkedMessage(),
  arbitraries.chunked(arbitraries.message().map((bytes) => ({ bytes }))),
)
const setting = fc.record({ pipelining: fc.boolean(), binary: fc.boolean(), drains: fc.boolean() })

/** What leaves when a message is handed over in these pieces; each chunk is answered where that is waited for. */
function handedOver(connection: ClientConnection, chunks: Chunks, drains: boolean): string {
  let wire = ''
  const settle = () => {
    wire += sentOctets(drain(connection))
    if (!connection.bodyOpen) feed(connection, '250 ok')
  }
  for (const chunk of chunks) {
    connection.sendBody(chunk)
    if (drains || !connection.bodyOpen) settle()
  }
  connection.endBody()
  return wire + sentOctets(drain(connection))
}

function openedFor({ pipelining, binary, size }: { pipelining: boolean; binary: boolean; size?: number | undefined }) {
  return bdatOpened({
    ...(size !== undefined && { size }),
    keywords: ['BINARYMIME', ...(pipelining ? ['PIPELINING'] : [])],
    ...(binary && { binary, mail: { BODY: 'BINARYMIME' } }),
  })
}

test('any message in any pieces arrives in chunks as it must, as text or as it is', () => {
  fc.assert(
    fc.property(anyMessage, setting, ({ bytes, chunks }, { pipelining, binary, drains }) => {
      const wire = handedOver(openedFor({ pipelining, binary }), chunks, drains)
      const { lines, messages, rest } = readChunks(wire)
      expect(messages).toEqual([latin1(binary ? bytes : normalised(bytes))])
      expect(rest).toBe('')
      const last = lines.at(-1)
      expect(last).toMatch(/^BDAT \d+ LAST$/)
      if (bytes.length > 0) expect(lines.filter((line) => /^BDAT 0\b/.test(line))).toEqual([])
      else expect(lines).toEqual(['BDAT 0 LAST'])
    }),
  )
})

test('it arrives in one chunk alike where its size is known', () => {
  fc.assert(
    fc.property(anyMessage, setting, ({ bytes, chunks }, { pipelining, binary, drains }) => {
      const expected = latin1(binary ? bytes : normalised(bytes))
      const connection = openedFor({ pipelining, binary, size: expected.length })
      // The line of a chunk that has octets has left before.
      expect(handedOver(connection, chunks, drains)).toBe(expected || 'BDAT 0 LAST\r\n')
      feed(connection, '250 queued')
      expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0, bodyOpen: false })
    }),
  )
})

test('a size that is not the message’s is refused, and no octet beyond it has left', () => {
  fc.assert(
    fc.property(anyMessage, fc.integer({ min: -3, max: 3 }), ({ bytes, chunks }, off) => {
      const right = normalised(bytes).length
      fc.pre(off !== 0 && right + off >= 0)
      const connection = bdatOpened({ size: right + off })
      let wire = ''
      const hand = () => {
        for (const chunk of chunks) {
          connection.sendBody(chunk)
          wire += sentOctets(drain(connection))
        }
        connection.endBody()
      }
      expect(hand).toThrow(expect.objectContaining({ code: 'LOCAL_PROTOCOL' }))
      expect(latin1(normalised(bytes)).startsWith(wire)).toBe(true)
      expect(wire.length).toBeLessThanOrEqual(right + off)
      expect(drain(connection)).toEqual([])
    }),
  )
})

test('by DATA and by BDAT the same octets arrive', () => {
  fc.assert(
    fc.property(anyMessage, ({ chunks }) => {
      const data = octets(handedOver(connectionIn('data'), chunks, true))
      const [bdat] = readChunks(handedOver(bdatOpened(), chunks, true)).messages
      expect(latin1(received(data).message)).toBe(bdat)
    }),
  )
})

test('with URLs among its pieces, each stands where it was handed over', () => {
  const part = fc.oneof(
    { weight: 3, arbitrary: arbitraries.message() },
    { weight: 1, arbitrary: fc.constantFrom('imap://a', 'imap://b') },
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, binary) => {
      const connection = bdatOpened({
        keywords: ['PIPELINING', 'BURL imap', 'BINARYMIME'],
        ...(binary && { binary, mail: { BODY: 'BINARYMIME' } }),
      })
      for (const each of parts) {
        if (typeof each === 'string') connection.sendBodyUrl(each)
        else connection.sendBody(each)
      }
      connection.endBody()
      const [message] = readChunks(sentOctets(drain(connection))).messages
      expect(message).toBe(binary ? joinedParts(parts) : canonicalParts(parts))
    }),
  )
})

function joinedParts(parts: readonly (Uint8Array | string)[]): string {
  return parts.map((part) => (typeof part === 'string' ? `<${part}>` : latin1(part))).join('')
}

/** The text between URLs canonical by itself, but for the end of a last line that goes on in a URL. */
function canonicalParts(parts: readonly (Uint8Array | string)[]): string {
  const texts = joinedParts(parts).split(/(<imap:\/\/[ab]>)/)
  return texts
    .map((text, i) => {
      if (i % 2 === 1) return text
      const lines = text.replace(/\r\n|\r|\n/g, '\r\n')
      const unfinished = i === texts.length - 1 && lines !== '' && !lines.endsWith('\r\n')
      return unfinished ? `${lines}\r\n` : lines
    })
    .join('')
}

/** Messages behind one another, and what their server makes of them. */
const flight = fc.array(
  fc.record({
    message: anyMessage,
    sized: fc.boolean(),
    codes: fc.record({
      mail: fc.constantFrom(250, 250, 250, 550),
      rcpt: fc.constantFrom(250, 250, 250, 450),
      chunk: fc.array(fc.constantFrom(250, 250, 250, 250, 452), { minLength: 12, maxLength: 12 }),
      content: fc.constantFrom(250, 250, 554),
    }),
  }),
  { minLength: 1, maxLength: 4 },
)

test('a server reads every message of a flight as it was, and each reply is told to what it answers', () => {
  fc.assert(
    fc.property(flight, (messages) => {
      const connection = connectionIn('greeted')
      connection.send({ verb: 'EHLO', domain: 'bar.example' })
      drain(connection)
      feed(connection, '250-foo.example', '250-PIPELINING', '250 CHUNKING')
      const ids: number[] = []
      let wire = ''
      for (const { message, sized } of messages) {
        const size = normalised(message.bytes).length
        const bdat: Command = { verb: 'BDAT', ...(sized && { size }) }
        const commands: Command[] = [{ verb: 'RSET' }, { verb: 'MAIL', from: '' }, { verb: 'RCPT', to: 'b@x' }, bdat]
        for (const command of commands) ids.push(connection.send(command))
        wire += sentOctets(drain(connection))
        wire += handedOver(connection, message.chunks, true)
      }
      const read = readChunks(wire)
      expect(read.messages).toEqual(messages.map(({ message }) => latin1(normalised(message.bytes))))

      const expected: string[] = []
      const told: string[] = []
      let transaction = -1
      let failed = false
      let chunks = 0
      for (const line of read.lines) {
        const verb = line.split(' ')[0]
        if (verb === 'RSET') {
          transaction += 1
          failed = false
          chunks = 0
        }
        const { codes } = messages[transaction] as (typeof messages)[number]
        let code = 250
        if (verb === 'MAIL') code = codes.mail
        if (verb === 'RCPT') code = failed ? 503 : codes.rcpt
        if (verb === 'BDAT') {
          if (failed) code = 503
          else code = line.endsWith('LAST') ? codes.content : (codes.chunk[chunks++] ?? 250)
        }
        failed ||= code > 399
        const id = ids[transaction * 4 + ['RSET', 'MAIL', 'RCPT', 'BDAT'].indexOf(verb ?? '')]
        const name = verb !== 'BDAT' ? verb : line.endsWith('LAST') ? 'CONTENT' : 'CHUNK'
        expected.push(`${id} ${name} ${code}`)
        for (const output of feed(connection, `${code} text`)) {
          told.push(
            output.type === 'ReplyReceived' ? `${output.id} ${output.exchange} ${output.reply.code}` : output.type,
          )
        }
      }
      expect(told).toEqual(expected)
      expect(connection.pendingCommands).toBe(0)
      expect(connection.state).toBe(failed ? 'resetDue' : 'ready')
    }),
  )
})
