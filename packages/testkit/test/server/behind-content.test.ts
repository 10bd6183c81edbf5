import { policies, type Quirks, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const transaction = 'MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n'
const next = ['MAIL FROM:<e@f.example>', 'RCPT TO:<g@h.example>'] as const

/** Ways to end content: what comes before its last octets, and those. */
const contents = {
  'the final dot': [`${transaction}DATA\r\n`, 'x\r\n.\r\n'],
  'BDAT LAST': [transaction, 'BDAT 3 LAST\r\nx\r\n'],
  'an empty BDAT LAST': [`${transaction}BDAT 3\r\nx\r\n`, 'BDAT 0 LAST\r\n'],
  'BURL LAST': [transaction, 'BURL urn:x LAST\r\n'],
} as const

function riding(
  quirks: Quirks,
  content: keyof typeof contents,
  lines: readonly string[],
  more: ServerConnectionOptions = {},
) {
  const conversation = session({ quirks, urls: { 'urn:x': 'x\r\n' }, extensions: { BURL: true }, ...more })
  const [before, end] = contents[content]
  conversation.raw(before)
  const replies = conversation.raw(end + lines.map((line) => `${line}\r\n`).join(''))
  return { conversation, server: conversation.server, codes: replies.map((line) => Number(line.slice(0, 3))) }
}

const names = Object.keys(contents) as (keyof typeof contents)[]

describe.each(names)('behind %s', (content) => {
  test('without a quirk what rides is executed', () => {
    expect(riding({}, content, next).codes).toEqual([250, 250, 250])
  })

  test('dropsBehindContent: it is lost, and what comes later is not', () => {
    const { conversation, codes, server } = riding({ dropsBehindContent: true }, content, next)
    expect(codes).toEqual([250])
    expect(conversation.codes('NOOP')).toEqual([250])
    expect([server.transactions.length, server.messages.length]).toEqual([1, 1])
  })

  test('refusesBehindContent: it is answered 503, and what comes later is not', () => {
    const { conversation, codes, server } = riding({ refusesBehindContent: true }, content, next)
    expect(codes).toEqual([250, 503, 503])
    expect(conversation.codes('NOOP')).toEqual([250])
    expect(server.transactions[1]).toMatchObject({ from: 'e@f.example', mail: { code: 503 } })
  })

  describe('dropsConnectionBehindContent', () => {
    const quirk = { dropsConnectionBehindContent: true }

    test.each([['NOOP'], ['noop']])('a lone %s is executed', (line) => {
      const { server, codes } = riding(quirk, content, [line])
      expect([codes, server.state]).toEqual([[250, 250], 'ready'])
    })

    test.each([[['NOOP', ...next]], [next], [['RSET']], [['QUIT']], [['NOOP x']], [['NOOP', 'NOOP']]])(
      '%j ends the connection, and what came before is delivered',
      (lines) => {
        const { server, codes } = riding(quirk, content, lines)
        expect([codes, server.state]).toEqual([[250, 554], 'closing'])
        expect([server.messages.length, server.transactions.length]).toEqual([1, 1])
      },
    )

    test('nothing behind it is no reason', () => {
      const { conversation } = riding(quirk, content, [])
      expect(conversation.together(...next)).toHaveLength(2)
    })

    test('a NOOP that has not come whole may still be one', () => {
      const { conversation, server } = riding(quirk, content, [])
      conversation.raw(transaction)
      conversation.raw('BDAT 0 LAST\r\nNOO')
      expect(server.state).toBe('ready')
      expect(conversation.raw('P\r\n')).toEqual(['250 2.0.0 ok'])
    })
  })
})

test('a BDAT LAST that is refused has the same behind it', () => {
  const policy = policies.answerTo('BDAT', 452)
  expect(riding({ dropsBehindContent: true }, 'BDAT LAST', ['RSET'], { policy }).codes).toEqual([452])
  expect(riding({ refusesBehindContent: true }, 'BDAT LAST', ['RSET'], { policy }).codes).toEqual([452, 503])
  expect(riding({ dropsConnectionBehindContent: true }, 'BDAT LAST', ['RSET'], { policy }).codes).toEqual([452, 554])
})

test('a last BDAT of nobody in LMTP, which has no reply, has the same behind it', () => {
  const policy = policies.refuseRecipient(() => true)
  const lines = ['NOOP', 'NOOP']
  const more = { protocol: 'lmtp', policy } as const
  expect(riding({}, 'BDAT LAST', lines, more).codes).toEqual([250, 250])
  expect(riding({ refusesBehindContent: true }, 'BDAT LAST', lines, more).codes).toEqual([503, 503])
})

test('a chunk that is not the last has nothing of it', () => {
  for (const quirk of ['dropsBehindContent', 'refusesBehindContent', 'dropsConnectionBehindContent'] as const) {
    const conversation = session({ quirks: { [quirk]: true } })
    conversation.raw(transaction)
    expect(conversation.raw('BDAT 1\r\nxBDAT 1 LAST\r\ny').map((line) => line.slice(0, 3))).toEqual(['250', '250'])
  }
})

describe('dropsConnectionBehindGroupEnd', () => {
  const quirks = { dropsConnectionBehindGroupEnd: true }
  const conversationWith = (options: ServerConnectionOptions = {}) => session({ quirks, ...options })

  test('lets a group be, and what rides behind content', () => {
    const conversation = conversationWith()
    conversation.raw(`${transaction}DATA\r\n`)
    expect(conversation.together('.', ...next, 'DATA').map((line) => line.slice(0, 3))).toEqual([
      '250',
      '250',
      '250',
      '354',
    ])
    expect(conversation.violations).toEqual([])
  })

  test.each([
    ['a command that ends its group', 'NOOP\r\nRSET\r\n', [554], 'BEHIND_GROUP_END'],
    ['DATA', `${transaction}DATA\r\nx\r\n.\r\n`, [250, 250, 554], 'CONTENT_BEFORE_REPLY'],
  ])('ends the connection where octets are behind %s, which is not executed', (_, bytes, codes, violation) => {
    const conversation = conversationWith()
    expect(conversation.raw(bytes).map((line) => Number(line.slice(0, 3)))).toEqual(codes)
    expect([conversation.server.state, conversation.violations]).toEqual(['closing', [violation]])
    expect(conversation.server.messages).toEqual([])
  })

  test('does so behind any command without PIPELINING', () => {
    const conversation = conversationWith({ extensions: { PIPELINING: false } })
    expect(conversation.raw(transaction)).toEqual(['554 5.5.0 protocol synchronization'])
    expect(conversation.violations).toEqual(['PIPELINING_NOT_OFFERED'])
  })
})

describe('refusesChunksEarly', () => {
  const quirks = { refusesChunksEarly: true }

  test('answers a refused BDAT before its octets have come, and discards them', () => {
    const conversation = session({ quirks, policy: policies.answerTo('BDAT', '452 4.3.1 disk full') })
    conversation.raw(transaction)
    expect(conversation.raw('BDAT 12 LAST\r\n')).toEqual(['452 4.3.1 disk full'])
    expect(conversation.raw('QUIT\r\nQUIT\r\nNOOP\r\n')).toEqual(['250 2.0.0 ok'])
    expect([conversation.server.state, conversation.violations]).toEqual(['resetDue', []])
    expect(conversation.server.recipients).toMatchObject([{ content: { code: 452 }, delivered: false }])
    expect(conversation.codes('RSET', ...next)).toEqual([250, 250, 250])
  })

  test('leaves those alone that are not refused', () => {
    const conversation = session({ quirks })
    conversation.raw(transaction)
    expect(conversation.raw('BDAT 3 LAST\r\n')).toEqual([])
    expect(conversation.raw('x\r\n')).toHaveLength(1)
  })

  test('in LMTP answers for each recipient, and for none where there is none', () => {
    const conversation = session({ protocol: 'lmtp', quirks, policy: policies.refuseData() })
    conversation.raw(`${transaction}RCPT TO:<e@f.example>\r\n`)
    expect(conversation.raw('BDAT 3 LAST\r\n')).toHaveLength(2)
    expect(conversation.raw('x\r\nRSET\r\n')).toHaveLength(1)
    const nobody = session({ protocol: 'lmtp', quirks, policy: policies.refuseRecipient(() => true) })
    nobody.raw(transaction)
    expect(nobody.raw('BDAT 3 LAST\r\n')).toEqual([])
    expect([nobody.raw('x\r\n'), nobody.server.state]).toEqual([[], 'ready'])
  })

  test('closes before the octets with 421', () => {
    const conversation = session({ quirks, policy: policies.shutDownAt('BDAT') })
    conversation.raw(transaction)
    expect(conversation.raw('BDAT 3 LAST\r\n').map((line) => line.slice(0, 3))).toEqual(['421'])
    expect(conversation.types.at(-1)).toBe('CloseRequested')
  })
})

test('executesRefusedChunks: in LMTP a last chunk is answered for each recipient', () => {
  const quirks = { executesRefusedChunks: true }
  const conversation = session({ protocol: 'lmtp', quirks, policy: policies.refuseData() })
  conversation.raw(`${transaction}RCPT TO:<e@f.example>\r\n`)
  expect(conversation.raw('BDAT 6 LAST\r\nRSET\r\n').map((line) => line.slice(0, 3))).toEqual(['554', '554', '250'])
  expect(conversation.server.recipients).toMatchObject([{ content: { code: 554 } }, { content: { code: 554 } }])
})
