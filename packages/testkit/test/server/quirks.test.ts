import type { Quirks, ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation, latin1, session } from './support/conversation.ts'

const transaction = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA'] as const
const withQuirk = (quirks: Quirks, options: ServerConnectionOptions = {}) => session({ quirks, ...options })

test('dropsBehindContent: what rides behind the content is lost, what comes later is not', () => {
  const conversation = withQuirk({ dropsBehindContent: true })
  conversation.together(...transaction)
  expect(conversation.together('x', '.', 'NOOP')).toHaveLength(1)
  expect(conversation.codes('NOOP')).toEqual([250])
  expect(conversation.violations).toEqual([])
})

test('refusesBehindContent: what rides behind the content is answered 503, what comes later is not', () => {
  const conversation = withQuirk({ refusesBehindContent: true })
  conversation.together(...transaction)
  expect(conversation.together('x', '.', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'NO')).toMatchObject(
    ['250', '503', '503', '503'].map((code) => expect.stringMatching(new RegExp(`^${code} `))),
  )
  expect(conversation.codes('NOOP')).toEqual([250])
  expect(conversation.violations).toEqual([])
  expect(conversation.server.transactions.at(-1)).toMatchObject({ from: 'a@b.example', mail: { code: 503 } })
})

describe('executesRefusedChunks', () => {
  const quirk = { executesRefusedChunks: true }

  test('makes commands of a message, which are not held against the client', () => {
    const conversation = withQuirk(quirk, {
      policy: ({ type, usual }) => (type === 'command' && usual.code === 554 ? 554 : undefined),
    })
    conversation.say('MAIL FROM:<a@b.example>')
    const content = 'RSET\r\nMAIL FROM:<evil@b.example>\r\nWhat\nis this\r\n'
    const replies = conversation.raw(`RCPT TO:<>\r\nBDAT ${content.length} LAST\r\n${content}`)
    expect(replies.map((line) => line.slice(0, 3))).toEqual(['501', '554', '250', '250', '500'])
    expect(conversation.server.commands.filter(({ fromContent }) => fromContent).map(({ line }) => line)).toEqual([
      'RSET',
      'MAIL FROM:<evil@b.example>',
      'What\nis this',
    ])
    expect(conversation.violations).toEqual(['COMMAND_SYNTAX'])
  })

  test('leaves chunks alone that are not refused', () => {
    const conversation = withQuirk(quirk)
    conversation.say(...transaction.slice(0, 2))
    conversation.raw('BDAT 6 LAST\r\nRSET\r\n')
    expect(conversation.server.messages.map(({ content }) => latin1(content))).toEqual(['RSET\r\n'])
  })
})

test.each(['smtp', 'lmtp'] as const)('forgetsHelloOnReset: %s begins anew after RSET', (protocol) => {
  const conversation = withQuirk({ forgetsHelloOnReset: true }, { protocol })
  const hello = protocol === 'smtp' ? 'EHLO a.example' : 'LHLO a.example'
  expect(conversation.codes('RSET', 'MAIL FROM:<a@b.example>', hello, 'MAIL FROM:<a@b.example>')).toEqual([
    250, 503, 250, 250,
  ])
  expect(conversation.violations).toEqual([])
})

test('refusesParameters: an extension is offered, and its parameter refused', () => {
  const conversation = withQuirk({ refusesParameters: ['BODY', 'notify'] })
  expect(conversation.say('EHLO a.example').join()).toContain('8BITMIME')
  expect(conversation.codes('MAIL FROM:<a@b.example> BODY=8BITMIME', 'MAIL FROM:<a@b.example>')).toEqual([555, 250])
  expect(conversation.codes('RCPT TO:<c@d.example> NOTIFY=NEVER')).toEqual([555])
  expect(conversation.violations).toEqual([])
})

test('knowsOnlyHelo: EHLO is not known', () => {
  const conversation = new Conversation({ quirks: { knowsOnlyHelo: true } })
  expect(conversation.codes('EHLO a.example', 'HELO a.example', 'MAIL FROM:<a@b.example>')).toEqual([502, 250, 250])
  expect(conversation.violations).toEqual([])
})

test('spellsAuthTheOldWay, offersInLowerCase: the offer is spelt otherwise, and holds', () => {
  const quirks = { spellsAuthTheOldWay: true, offersInLowerCase: true }
  const conversation = new Conversation({ quirks, users: { ann: 'secret' } })
  const lines = conversation.say('EHLO a.example')
  expect(lines).toContain('250-pipelining')
  expect(lines).toContain('250 auth=PLAIN LOGIN')
  expect(conversation.codes('AUTH PLAIN AGFubgBzZWNyZXQ=')).toEqual([235])
})

test('greetsInSeveralLines', () => {
  expect(new Conversation({ quirks: { greetsInSeveralLines: true } }).greeting).toMatch(/^(?:220-.*\r\n)+220 .*\r\n$/)
})

test('takesBareLineFeeds: content ends where smuggling wants it to, and the bare LFs are found all the same', () => {
  const conversation = withQuirk({ takesBareLineFeeds: true })
  conversation.raw('MAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>\nDATA\n')
  conversation.raw('x\n.\nMAIL FROM:<smuggled@b.example>\r\n')
  expect(conversation.server.messages.map(({ content }) => latin1(content))).toEqual(['x\n'])
  expect(conversation.server.transactions.map(({ from }) => from)).toEqual(['a@b.example', 'smuggled@b.example'])
  expect(conversation.violations).toEqual(['BARE_LF', 'BARE_LF', 'BARE_LF', 'BARE_LF', 'BARE_LF'])
})
