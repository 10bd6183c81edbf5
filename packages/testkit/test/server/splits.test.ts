import {
  arbitraries,
  type Chunks,
  chunkings,
  everySplit,
  policies,
  ServerConnection,
  type ServerConnectionOptions,
  type ServerOutput,
  timingViolationCodes,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drain, latin1, octets } from './support/conversation.ts'

/** What a server tells and says, whenever it does: all but what depends on the time of arrival. */
function told(options: ServerConnectionOptions, chunks: Chunks, eager: boolean): unknown {
  const server = new ServerConnection(options)
  const outputs = drain(server)
  for (const chunk of chunks) {
    server.receiveBytes(chunk)
    if (eager) outputs.push(...drain(server))
  }
  outputs.push(...drain(server))
  server.receiveEof()
  outputs.push(...drain(server))
  return {
    events: outputs.filter((output) => output.type !== 'SendBytes' && !isTiming(output)),
    said: outputs.map((output) => (output.type === 'SendBytes' ? latin1(output.bytes) : '')).join(''),
    transactions: JSON.stringify(server.transactions),
    state: server.state,
    client: server.client,
  }
}

function isTiming(output: ServerOutput): boolean {
  return output.type === 'ViolationFound' && timingViolationCodes.has(output.violation.code)
}

const streams: Readonly<Record<string, string>> = {
  'a transaction':
    'EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n..x\r\n.\r\nQUIT\r\nNOOP\r\n',
  chunks:
    'EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT 3\r\na\r\nBDAT 0\r\nBDAT 2 LAST\r\n\r\nRSET\r\n',
  'refused chunks': 'EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nBDAT 6\r\nQUIT\r\nBDAT x\r\nRSET\r\n',
  'every bad octet':
    'EHLO a.example\r\nNO\rOP\nx\0\r\r\nMAIL FROM:<\xe9@b.example>\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n\n.\r.\r\n.\n.x\r\r\n..\0\xe9\r\n.\r\nQUI',
  authentication: 'EHLO a.example\r\nAUTH LOGIN\r\nYW5u\r\nc2VjcmV0\r\nAUTH PLAIN\r\n*\r\n',
  'other extensions':
    'EHLO a.example\r\nXFORWARD PORT=1\r\nXCLIENT ADDR=192.0.2.7\r\nEHLO a.example\r\nMAIL FROM:<a@b.example> PRDR\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@f.example>\r\nRCPT TO:<g@h.example>\r\nBURL imap://a/x\r\nBDAT 3\r\na\n\rBURL imap://a/x LAST\r\nMAIL FROM:<a@b.example>\r\nRSET\r\nMAIL FROM:<a@b.example>\r\n',
  'octets behind STARTTLS': 'EHLO a.example\r\nSTARTTLS\r\nEHLO injected.example\r\n',
}

const servers: Readonly<Record<string, ServerConnectionOptions>> = {
  usual: { users: { ann: 'secret' } },
  lmtp: { protocol: 'lmtp' },
  'bare LFs taken': { quirks: { takesBareLineFeeds: true } },
  'refusing chunks, and executing them': { policy: policies.refuseData(), quirks: { executesRefusedChunks: true } },
  'refusing chunks early': { policy: policies.refuseChunk(1), quirks: { refusesChunksEarly: true } },
  'offering more': {
    extensions: { PRDR: true, XCLIENT: true, XFORWARD: true, BURL: ['imap'], LIMITS: 'MAILMAX=2 RCPTMAX=2' },
    urls: { 'imap://a/x': '\nfetched\r' },
  },
}

describe.each(Object.entries(streams))('%s', (_, stream) => {
  test.each(Object.entries(servers))('%s: split anywhere, the server tells and says the same', (_, options) => {
    const whole = told(options, [octets(stream)], true)
    for (const chunks of chunkings(octets(stream))) {
      expect(told(options, chunks, true)).toEqual(whole)
      expect(told(options, chunks, false)).toEqual(whole)
    }
  })
})

/** Clients as they may be: lines of any sense, broken ones, and noise. */
const lines = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('EHLO a.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '.',
      '..',
      'RSET',
      'BDAT 5',
      'BDAT 3 LAST',
      'BURL imap://a/x LAST',
      'XCLIENT PORT=1',
      'XFORWARD PORT=1',
      'MAIL FROM:<a@b.example> PRDR',
      'AUTH LOGIN',
      'QUIT',
      'NOOP',
      'STARTTLS',
      '',
    ),
  },
  { weight: 1, arbitrary: arbitraries.mailbox({ utf8: true }).map((path) => `RCPT TO:<${path}>`) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map(latin1) },
)
const endings = fc.oneof({ weight: 9, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r', '', '\r\n.\r\n'))
const clients = fc
  .array(fc.tuple(lines, endings), { maxLength: 15 })
  .map((all) => ({ bytes: new TextEncoder().encode(all.flat().join('')) }))

test('any client, in any pieces: the server tells and says the same, and throws nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(servers)),
      arbitraries.chunked(clients),
      (options, { bytes, chunks }) => {
        const whole = told(options, [bytes], true)
        expect(told(options, chunks, true)).toEqual(whole)
        expect(told(options, chunks, false)).toEqual(whole)
      },
    ),
  )
})

test('the outputs end with one CloseRequested and one Closed', () => {
  fc.assert(
    fc.property(arbitraries.chunked(clients), ({ chunks }) => {
      const server = new ServerConnection()
      const types = chunks.flatMap((chunk) => {
        server.receiveBytes(chunk)
        return drain(server).map(({ type }) => type)
      })
      server.receiveEof()
      server.receiveEof()
      types.push(...drain(server).map(({ type }) => type))
      expect(types.filter((type) => type === 'CloseRequested')).toHaveLength(1)
      expect(types.indexOf('Closed')).toBe(types.length - 1)
    }),
  )
})

test('replies to a pipelined group leave together, those behind its end do not wait (RFC 2920 §3.2)', () => {
  const server = new ServerConnection()
  drain(server)
  server.receiveBytes(octets('EHLO a.example\r\n'))
  drain(server)
  server.receiveBytes(octets('MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nNOOP\r\nRSET\r\n'))
  expect(drain(server).filter(({ type }) => type === 'SendBytes')).toHaveLength(2)
})

test('the bytes handed in may be used again', () => {
  for (const [first = new Uint8Array(0), second = new Uint8Array(0)] of everySplit(octets('NOOP\r\n'))) {
    const server = new ServerConnection()
    drain(server)
    const lent = Uint8Array.from(first)
    server.receiveBytes(lent)
    lent.fill(0)
    server.receiveBytes(second)
    drain(server)
    expect(server.commands.map(({ line }) => line)).toEqual(['NOOP'])
  }
})
