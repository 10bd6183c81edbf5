import type { ServerLimits } from '@sansmtp/testkit'
import { expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const transaction = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'] as const
const within = (limits: Partial<ServerLimits>, extensions = {}) => session({ limits, extensions })

test('too many recipients are answered 452 (RFC 5321 §4.5.3.1.10)', () => {
  const conversation = within({ maxRecipients: 1 })
  expect(conversation.codes(...transaction, 'RCPT TO:<e@f.example>', 'RSET', ...transaction)).toEqual([
    250, 250, 452, 250, 250, 250,
  ])
  expect(conversation.violations).toEqual([])
})

test('too many commands are answered 421', () => {
  const conversation = within({ maxCommands: 2 })
  expect(conversation.codes('NOOP', 'NOOP')).toEqual([250, 421])
  expect(conversation.server.state).toBe('closing')
})

test('no more than that many violations are kept', () => {
  const conversation = within({ maxViolations: 2 })
  conversation.say('X', 'X', 'X')
  expect(conversation.violations).toHaveLength(2)
})

test('no more than that many octets are stored, over all messages', () => {
  const conversation = within({ maxStoredOctets: 5 })
  expect(conversation.codes(...transaction, 'DATA', 'x', '.')).toEqual([250, 250, 354, 250])
  expect(conversation.codes(...transaction, 'DATA', 'xy', '.')).toEqual([250, 250, 354, 452])
  expect(conversation.codes(...transaction, 'DATA', '.')).toEqual([250, 250, 354, 250])
})

test.each(['DATA', 'BDAT'])('a message larger than SIZE is answered 552 when it is in by %s', (by) => {
  const conversation = within({}, { SIZE: 4 })
  const content = (text: string) =>
    by === 'DATA' ? `DATA\r\n${text}\r\n.\r\n` : `BDAT ${text.length + 2} LAST\r\n${text}\r\n`
  conversation.say(...transaction)
  expect(conversation.raw(content('xy')).at(-1)).toMatch(/^250/)
  conversation.say(...transaction)
  expect(conversation.raw(content('xyz')).at(-1)).toMatch(/^552/)
  expect(conversation.server.messages).toHaveLength(1)
})

test('stuffed dots are not counted (RFC 1870 §5)', () => {
  const conversation = within({}, { SIZE: 4 })
  expect(conversation.codes(...transaction, 'DATA', '...', '.')).toEqual([250, 250, 354, 250])
})

test('an endless line is not kept, and refused when it ends', () => {
  const conversation = session()
  for (let i = 0; i < 100; i += 1) expect(conversation.raw('x'.repeat(100_000))).toEqual([])
  expect(conversation.raw('\r\n').join()).toMatch(/^500 /)
  expect(conversation.server.commands.at(-1)?.line.length).toBeLessThanOrEqual(12_288)
  expect(conversation.violations).toEqual(['COMMAND_TOO_LONG'])
})
