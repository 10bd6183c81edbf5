import { policies } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { latin1, session } from './support/conversation.ts'

const transaction = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'] as const

test('chunks are put together as they are, without dots unstuffed', () => {
  const conversation = session()
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 4\r\n..a\r')).toEqual(['250 2.0.0 4 octets received'])
  expect(conversation.server.state).toBe('chunked')
  expect(conversation.raw('BDAT 4\r\n\n.\r\n')).toEqual(['250 2.0.0 4 octets received'])
  expect(conversation.raw('BDAT 0 LAST\r\n')).toEqual(['250 2.0.0 8 octets taken'])
  expect(conversation.server.messages.map(({ content, by }) => [latin1(content), by])).toEqual([
    ['..a\r\n.\r\n', 'BDAT'],
  ])
  expect(conversation.server.transactions[0]).toMatchObject({
    chunks: [{ code: 250 }, { code: 250 }],
    content: [{ code: 250 }],
  })
  expect(conversation.violations).toEqual([])
  expect(conversation.server.state).toBe('ready')
})

test('a message may be empty', () => {
  const conversation = session()
  expect(conversation.codes(...transaction, 'BDAT 0 LAST')).toEqual([250, 250, 250])
  expect(conversation.server.messages[0]?.content).toEqual(new Uint8Array(0))
})

test('its text is judged over the borders of chunks', () => {
  const conversation = session()
  conversation.say(...transaction)
  conversation.raw('BDAT 2\r\na\rBDAT 2\r\n\nbBDAT 1\r\n\rBDAT 1 LAST\r\nc')
  expect(conversation.violations).toEqual(['BARE_CR'])
  const before = 'EHLO client.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n'
  expect(conversation.server.violations[0]?.position).toBe(`${before}BDAT 2\r\na\rBDAT 2\r\n\nbBDAT 1\r\n`.length)
})

describe('a refused BDAT', () => {
  test('has its octets discarded, and RSET is due (RFC 3030 §2)', () => {
    const conversation = session({ policy: policies.answerTo('BDAT', '452 4.3.1 disk full') })
    conversation.say(...transaction)
    expect(conversation.raw('BDAT 14\r\nDATA\r\nQUIT\r\n\r\n')).toEqual(['452 4.3.1 disk full'])
    expect(conversation.server.state).toBe('resetDue')
    expect(conversation.codes('MAIL FROM:<a@b.example>', 'DATA')).toEqual([503, 503])
    expect(conversation.codes('RSET', 'MAIL FROM:<a@b.example>')).toEqual([250, 250])
    expect(conversation.violations).toEqual(['WRONG_ORDER', 'WRONG_ORDER'])
    expect(conversation.server.recipients).toMatchObject([{ content: { code: 452 }, delivered: false }])
  })

  test('may have others in flight behind it, which are refused as well', () => {
    const conversation = session({
      policy: policies.answerTo('BDAT', ({ session }) =>
        session.state === 'rcpt' ? '452 4.3.1 disk full' : undefined,
      ),
    })
    conversation.say(...transaction)
    const lines = conversation.raw('BDAT 5\r\nQUIT\nBDAT 5 LAST\r\nQUIT\nRSET\r\n')
    expect(lines.map((line) => line.slice(0, 3))).toEqual(['452', '503', '250'])
    expect(conversation.violations).toEqual([])
  })

  test('in LMTP is answered for each accepted recipient when it is the last one', () => {
    const conversation = session({ protocol: 'lmtp', policy: policies.refuseData('554 5.7.1 no') })
    conversation.say(...transaction, 'RCPT TO:<e@f.example>')
    expect(conversation.raw('BDAT 1\r\nx')).toHaveLength(1)
    expect(conversation.raw('BDAT 1 LAST\r\nx')).toHaveLength(2)
  })
})

test('the policy’s yes to a BDAT that has no place delivers nothing', () => {
  const policy = policies.answerTo('BDAT', ({ session }) => (session.state === 'rcpt' ? 452 : 250))
  const conversation = session({ policy })
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 1\r\nxBDAT 1 LAST\r\ny').map((line) => line.slice(0, 3))).toEqual(['452', '250'])
  expect(conversation.server.recipients).toMatchObject([{ content: { code: 452 }, delivered: false }])
  expect([conversation.server.messages, conversation.server.state]).toEqual([[], 'resetDue'])
})

test('where nobody is accepted it is refused, and that is nobody’s fault with PIPELINING', () => {
  const conversation = session({ policy: policies.refuseRecipient(() => true) })
  expect(conversation.together(...transaction, 'BDAT 6 LAST', 'QUIT').map((line) => line.slice(0, 3))).toEqual([
    '250',
    '550',
    '554',
  ])
  expect(conversation.violations).toEqual([])
})

test('in LMTP a last BDAT where nobody is accepted has one reply if the policy has it so', () => {
  const policy = policies.firstOf(
    policies.refuseRecipient(() => true),
    policies.answerTo('BDAT', 554),
  )
  const conversation = session({ protocol: 'lmtp', policy })
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 1 LAST\r\nx').map((line) => line.slice(0, 3))).toEqual(['554'])
  expect(conversation.server.state).toBe('resetDue')
})

test('silence about a BDAT leaves nothing but RSET', () => {
  const conversation = session({ policy: policies.silentAt('BDAT') })
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 1 LAST\r\nx')).toEqual([])
  expect(conversation.server.transactions[0]).toMatchObject({ chunks: [], recipients: [{ delivered: false }] })
  expect(conversation.server.recipients[0]?.content).toBeUndefined()
  expect(conversation.codes('RSET')).toEqual([250])
})

test('in LMTP a last BDAT has no reply where nobody is accepted', () => {
  const conversation = session({ protocol: 'lmtp', policy: policies.refuseRecipient(() => true) })
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 1\r\nx')).toHaveLength(1)
  conversation.say('RSET', ...transaction)
  expect(conversation.raw('BDAT 1 LAST\r\nx')).toEqual([])
  expect(conversation.server.state).toBe('ready')
})

describe('DATA and BDAT in one transaction (RFC 3030 §2)', () => {
  test('DATA behind BDAT is refused, and RSET is due', () => {
    const conversation = session()
    conversation.say(...transaction)
    conversation.raw('BDAT 1\r\nx')
    expect(conversation.codes('DATA')).toEqual([503])
    expect(conversation.raw('BDAT 1 LAST\r\nx').map((line) => line.slice(0, 3))).toEqual(['503'])
    expect(conversation.codes('RSET', ...transaction, 'DATA')).toEqual([250, 250, 250, 354])
    expect(conversation.server.messages).toEqual([])
    expect(conversation.violations[0]).toBe('WRONG_ORDER')
  })

  test('BODY=BINARYMIME by DATA is refused, and RSET is due (RFC 3030 §3)', () => {
    const conversation = session()
    expect(conversation.codes('MAIL FROM:<a@b.example> BODY=BINARYMIME', 'RCPT TO:<c@d.example>', 'DATA')).toEqual([
      250, 250, 503,
    ])
    expect(conversation.server.state).toBe('resetDue')
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })

  test('BDAT behind the last one is refused', () => {
    const conversation = session()
    conversation.say(...transaction, 'BDAT 0 LAST')
    expect(conversation.codes('BDAT 0 LAST')).toEqual([503])
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })
})

test('RSET between chunks throws them away', () => {
  const conversation = session()
  conversation.say(...transaction)
  conversation.raw('BDAT 1\r\nx')
  conversation.say('RSET', ...transaction)
  conversation.raw('BDAT 1 LAST\r\ny')
  expect(conversation.server.messages.map(({ content }) => latin1(content))).toEqual(['y'])
})

test('other commands between chunks throw nothing away', () => {
  const conversation = session()
  conversation.say(...transaction)
  conversation.raw('BDAT 1\r\nx')
  conversation.say('NOOP', 'RCPT TO:<late@d.example>')
  conversation.raw('BDAT 1 LAST\r\ny')
  expect(conversation.server.messages.map(({ content }) => latin1(content))).toEqual(['xy'])
})

test.each(['BDAT', 'BDAT x', 'BDAT -1', 'BDAT 1 LAST LAST', 'BDAT 1 FIRST', 'BDAT 1.5', 'BDAT 9999999999999999999'])(
  '%j is malformed',
  (line) => {
    const conversation = session()
    conversation.say(...transaction)
    expect(conversation.codes(line)).toEqual([501])
    expect(conversation.violations).toEqual(['COMMAND_SYNTAX'])
  },
)

test('without CHUNKING the octets of a BDAT are commands', () => {
  const conversation = session({ extensions: { CHUNKING: false } })
  conversation.say(...transaction)
  expect(conversation.raw('BDAT 6\r\nRSET\r\n').map((line) => line.slice(0, 3))).toEqual(['502', '250'])
  expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
})

test('BINARYMIME lets any octets through, 8BITMIME only those of text', () => {
  const binary = session()
  binary.say('MAIL FROM:<a@b.example> BODY=BINARYMIME', 'RCPT TO:<c@d.example>')
  binary.raw(`BDAT 2005 LAST\r\n\0\r\n\n\r${'\xff'.repeat(2000)}`)
  expect(binary.violations).toEqual([])
  const text = session()
  text.say('MAIL FROM:<a@b.example> BODY=8BITMIME', 'RCPT TO:<c@d.example>')
  text.raw('BDAT 4 LAST\r\n\xff\0\n\r')
  expect(text.violations).toEqual(['NUL', 'BARE_LF', 'BARE_CR'])
})
