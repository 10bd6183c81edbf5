import { policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { latin1, octets, session } from './support/conversation.ts'

const url = 'imap://ann@imap.example/outbox;uid=25;urlauth=submit+ann:internal:91354a47'
const urls = { [url]: 'Subject: x\r\n\r\n.fetched\r\n', 'imap://imap.example/raw': octets('\xff\n') }
const transaction = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'] as const

function offering(options: ServerConnectionOptions = {}) {
  const conversation = session({ urls, ...options, extensions: { BURL: ['imap'], ...options.extensions } })
  conversation.say(...transaction)
  return conversation
}

const contents = ({ server }: ReturnType<typeof offering>) => server.messages.map(({ content }) => latin1(content))

test('a message comes from a URL whole (RFC 4468 §3.2)', () => {
  const conversation = offering({ extensions: { CHUNKING: false } })
  expect(conversation.say(`BURL ${url} LAST`)).toEqual(['250 2.0.0 24 octets taken'])
  expect(conversation.server.messages).toMatchObject([{ by: 'BURL', recipients: ['c@d.example'] }])
  expect(contents(conversation)).toEqual([urls[url]])
  expect(conversation.server.transactions[0]).toMatchObject({ urls: [url], chunks: [], content: [{ code: 250 }] })
  expect([conversation.violations, conversation.server.state]).toEqual([[], 'ready'])
})

test('URLs and chunks are put together in order', () => {
  const conversation = offering()
  expect(conversation.codes(`BURL ${url}`)).toEqual([250])
  expect(conversation.server.state).toBe('chunked')
  expect(conversation.raw('BDAT 3\r\na\r\n').map((line) => line.slice(0, 3))).toEqual(['250'])
  expect(conversation.codes('burl imap://imap.example/raw last')).toEqual([250])
  expect(contents(conversation)).toEqual([`${urls[url]}a\r\n\xff\n`])
  expect(conversation.server.messages[0]?.by).toBe('BURL')
  expect(conversation.violations).toEqual([])
  conversation.say(...transaction)
  conversation.raw('BDAT 1\r\na')
  conversation.say(`BURL ${url} LAST`)
  expect(conversation.server.messages[1]?.by).toBe('BDAT')
})

test('what is fetched is not held against the client, what it sends is', () => {
  const conversation = offering()
  conversation.raw(`BDAT 1\r\n\rBURL imap://imap.example/raw\r\nBDAT 500\r\n${'x'.repeat(500)}`)
  expect(conversation.violations).toEqual(['BARE_CR'])
  conversation.raw(`BURL ${url}\r\nBDAT 999 LAST\r\n${'y'.repeat(998)}\n`)
  expect(conversation.violations).toEqual(['BARE_CR', 'BARE_LF'])
})

test('a URL that is not known is answered 554, and RSET is due', () => {
  const conversation = offering()
  expect(conversation.say('BURL imap://imap.example/none LAST')).toEqual(['554 5.6.6 the URL can not be resolved'])
  expect(conversation.server.recipients).toMatchObject([{ content: { code: 554 }, delivered: false }])
  expect(conversation.codes('MAIL FROM:<a@b.example>', 'RSET', ...transaction)).toEqual([503, 250, 250, 250])
  expect(conversation.server.transactions[0]).toMatchObject({
    urls: ['imap://imap.example/none'],
    chunks: [{ code: 554 }],
  })
})

test('where nobody is accepted it is answered 554, and that is nobody’s fault with PIPELINING', () => {
  const conversation = session({ urls, extensions: { BURL: ['imap'] }, policy: policies.refuseRecipient(() => true) })
  const replies = conversation.together(...transaction, `BURL ${url} LAST`)
  expect(replies.map((line) => line.slice(0, 3))).toEqual(['250', '550', '554'])
  expect(conversation.violations).toEqual([])
})

test('where there is no transaction it is answered 503', () => {
  const conversation = session({ urls, extensions: { BURL: ['imap'] } })
  expect(conversation.codes(`BURL ${url} LAST`, 'NOOP')).toEqual([503, 250])
  expect([conversation.violations, conversation.server.state]).toEqual([['WRONG_ORDER'], 'ready'])
})

test('DATA behind it is refused', () => {
  const conversation = offering()
  expect(conversation.codes(`BURL ${url}`, 'DATA', `BURL ${url} LAST`)).toEqual([250, 503, 503])
  expect(conversation.violations).toContain('WRONG_ORDER')
})

test('in LMTP the last one is answered for each accepted recipient, and for none where there is none', () => {
  const policy = policies.firstOf(policies.refuseRecipient('no@d.example'), policies.refuseContentFor('e@f.example'))
  const conversation = offering({ protocol: 'lmtp', policy })
  expect(conversation.codes('RCPT TO:<no@d.example>', 'RCPT TO:<e@f.example>', `BURL ${url} LAST`)).toEqual([
    550, 250, 250, 552,
  ])
  expect(conversation.server.messages).toMatchObject([{ recipientIndexes: [0] }])
  conversation.say('MAIL FROM:<a@b.example>', 'RCPT TO:<no@d.example>')
  expect(conversation.codes(`BURL ${url} LAST`)).toEqual([])
  const refusing = offering({ protocol: 'lmtp', policy: policies.refuseData() })
  expect(refusing.codes('RCPT TO:<e@f.example>', `BURL ${url} LAST`)).toEqual([250, 554, 554])
})

test('the policy may take what can’t be resolved: nothing came of it', () => {
  const conversation = offering({ policy: policies.answerTo('BURL', 250) })
  expect(conversation.codes('BURL imap://imap.example/none LAST')).toEqual([250])
  expect(contents(conversation)).toEqual([''])
})

describe('its syntax (RFC 4468 §3.5)', () => {
  test.each(['imap', 'imap://', 'http://a.example/%7Ex?y', 'urn:x', 'x+1.-:a@[::1]'])(
    'BURL %s LAST is judged',
    (text) => {
      const conversation = offering({ urls: { [text]: '' } })
      expect(conversation.codes(`BURL ${text} LAST`)).toEqual([text === 'imap' ? 501 : 250])
    },
  )

  test.each([
    ...[
      '',
      ' ',
      ' LAST',
      ` x ${url} LAST`,
      ` ${url} FIRST`,
      ` ${url}  LAST`,
      ` ${url} LAST LAST`,
      ` ${url} LAST `,
      ` ${url} 5`,
    ],
    ...[' imap://a/%4', ' imap://a/%zz', ' imap://a/<x>', ' imap://a/#f', ' 1map://a/', ' ://a', ' imap://a/\\'],
  ])('BURL%s is malformed', (argument) => {
    const conversation = offering({ urls: {} })
    expect(conversation.codes(`BURL${argument}`)).toEqual([501])
    expect(conversation.violations).toContain('COMMAND_SYNTAX')
    expect(conversation.server.state).toBe('rcpt')
  })
})

describe('is not offered', () => {
  const trusted = ['imap://imap.example']

  test.each<[string, ServerConnectionOptions['extensions'], string, number]>([
    ['at all', { BURL: false }, `${url} LAST`, 502],
    ['for IMAP URLs without an argument', { BURL: true }, `${url} LAST`, 554],
    ['for those of a server that is not trusted', { BURL: trusted }, 'imap://other.example/x LAST', 554],
    ['without LAST where CHUNKING is not', { CHUNKING: false }, url, 503],
  ])('%s', (_, extensions = {}, argument, code) => {
    const conversation = offering({ extensions })
    expect(conversation.codes(`BURL ${argument}`)).toEqual([code])
    expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
  })

  test('but a URL of another scheme is, whatever stands in it', () => {
    const conversation = offering({ extensions: { BURL: trusted }, urls: { 'urn:imap://other.example': '' } })
    expect(conversation.codes('BURL urn:imap://other.example LAST')).toEqual([250])
  })

  test.each([[trusted], [['imap://IMAP.example']], [['x', 'imap']]])('but with %j it is', (BURL) => {
    const conversation = offering({ extensions: { BURL } })
    expect(conversation.codes(`BURL ${url} LAST`)).toEqual([250])
    expect(conversation.violations).toEqual([])
  })
})

describe('another transaction waits for the reply to content by BURL (RFC 4468 §3.2)', () => {
  test.each(['NOOP', 'RSET', 'QUIT'])('%s does not', (line) => {
    const conversation = offering()
    conversation.together(`BURL ${url} LAST`, line)
    expect(conversation.violations).toEqual([])
  })

  test.each([[`BURL ${url} LAST\r\n`], [`BURL ${url}\r\nBDAT 0 LAST\r\n`], ['BURL imap://imap.example/none LAST\r\n']])(
    'behind %j MAIL is held against the client, once',
    (content) => {
      const conversation = offering()
      conversation.raw(`${content}RSET\r\nMAIL FROM:<a@b.example>\r\n`)
      conversation.say('RSET', 'MAIL FROM:<a@b.example>')
      expect(conversation.violations).toEqual(['BEHIND_GROUP_END'])
    },
  )

  test('the commands of its own need not', () => {
    const conversation = session({ urls, extensions: { BURL: ['imap'] } })
    expect(conversation.together(...transaction, `BURL ${url}`, `BURL ${url} LAST`)).toHaveLength(4)
    expect(conversation.violations).toEqual([])
    conversation.say(...transaction)
    conversation.raw('BDAT 0 LAST\r\nMAIL FROM:<a@b.example>\r\n')
    expect(conversation.violations).toEqual([])
  })
})
