import { type Moment, policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const extensions = { PRDR: true }
const transaction = ['MAIL FROM:<a@b.example> PRDR', 'RCPT TO:<c@d.example>', 'RCPT TO:<e@f.example>'] as const
const data = { DATA: 'DATA\r\nx\r\n.\r\n', BDAT: 'BDAT 3 LAST\r\nx\r\n' } as const

/** What is said behind the content, and the session. */
function content(by: keyof typeof data, options: ServerConnectionOptions = {}, lines: readonly string[] = transaction) {
  const conversation = session({ ...options, extensions: { ...extensions, ...options.extensions } })
  conversation.together(...lines)
  const replies = conversation.raw(data[by]).filter((line) => !line.startsWith('354'))
  return { conversation, server: conversation.server, replies, codes: replies.map((line) => Number(line.slice(0, 3))) }
}

const who = ({ server }: ReturnType<typeof content>) => server.messages.map(({ recipientIndexes }) => recipientIndexes)

describe.each(['DATA', 'BDAT'] as const)('content by %s', (by) => {
  test('is answered 353, once for each recipient, and once for all', () => {
    const { server, replies, conversation } = content(by)
    expect(replies.map((line) => line.slice(0, 9))).toEqual(['353 a rep', '250 2.0.0', '250 2.0.0', '250 2.0.0'])
    expect(server.transactions[0]).toMatchObject({ prdr: { code: 353 }, content: [{ code: 250 }, {}, {}] })
    expect(server.messages).toMatchObject([{ recipients: ['c@d.example', 'e@f.example'], recipientIndexes: [0, 1] }])
    expect(server.state).toBe('ready')
    expect(conversation.violations.filter((code) => code !== 'CONTENT_BEFORE_REPLY')).toEqual([])
  })

  test('goes to those whose own reply was 2xx, if the one for all was', () => {
    const played = content(by, { policy: policies.refuseContentFor('c@d.example') })
    expect(played.codes).toEqual([353, 552, 250, 250])
    expect(played.server.recipients).toMatchObject([
      { content: { code: 552 }, overall: { code: 250 }, delivered: false },
      { content: { code: 250 }, overall: { code: 250 }, delivered: true },
    ])
    expect(who(played)).toEqual([[1]])
  })

  test('goes to nobody if the one for all is a refusal', () => {
    const { server, codes } = content(by, { policy: policies.refuseOverall() })
    expect(codes).toEqual([353, 250, 250, 554])
    expect(server.recipients).toMatchObject([
      { content: { code: 250 }, overall: { code: 554 }, delivered: false },
      { content: { code: 250 }, overall: { code: 554 }, delivered: false },
    ])
    expect(server.messages).toEqual([])
  })

  test('that is refused for each is refused for all, unless the policy says otherwise', () => {
    const refused = policies.refuseContentFor(() => true)
    expect(content(by, { policy: refused }).codes).toEqual([353, 552, 552, 550])
    const odd = content(by, { policy: policies.firstOf(refused, policies.refuseOverall(250)) })
    expect(odd.codes).toEqual([353, 552, 552, 250])
    expect(odd.server.messages).toEqual([])
  })

  test('that is dropped before the one for all goes to nobody, and is told of nobody', () => {
    const policy = (moment: Moment) => (moment.type === 'content' && moment.recipient === 1 ? 'close' : undefined)
    const { server, codes } = content(by, { policy })
    expect(codes).toEqual([353, 250])
    expect(server.recipients.map(({ delivered }) => delivered)).toEqual([false, false])
    expect(server.state).toBe('closing')
  })

  test('that is dropped with the 353 goes to nobody', () => {
    const { server, codes } = content(by, { policy: policies.shutDownAt('prdr', { code: 353, close: true }) })
    expect(codes).toEqual([353])
    expect(server.recipients.map(({ delivered }) => delivered)).toEqual([false, false])
    expect(server.transactions[0]?.content).toEqual([])
  })

  test('that is taken before the connection drops is delivered', () => {
    const { server, codes } = content(by, { policy: policies.acceptAndDrop() })
    expect(codes).toEqual([353])
    expect(server.recipients.map(({ delivered }) => delivered)).toEqual([true, true])
    expect(server.state).toBe('closing')
  })
})

describe('a plain reply', () => {
  const one = [transaction[0], transaction[1], 'RCPT TO:<no@f.example>']

  test.each<[string, ServerConnectionOptions, readonly string[], number]>([
    ['where one recipient was accepted', { policy: policies.refuseRecipient('no@f.example') }, one, 250],
    ['without PRDR on MAIL', {}, ['MAIL FROM:<a@b.example>', ...transaction.slice(1)], 250],
    ['to content that is too large', { extensions: { SIZE: 2 } }, transaction, 552],
    ['to content that there is no room for', { limits: { maxStoredOctets: 2 } }, transaction, 452],
    [
      'where the policy has another one than 353',
      { policy: policies.shutDownAt('prdr', '554 5.6.0 no') },
      transaction,
      554,
    ],
    ['where that one takes it', { policy: policies.shutDownAt('prdr', 250) }, transaction, 250],
  ])('is given %s', (_, options, lines, code) => {
    const { server, codes } = content('DATA', options, lines)
    expect(codes).toEqual([code])
    expect(server.recipients.slice(0, 1)).toMatchObject([{ content: { code }, delivered: code === 250 }])
    expect(server.transactions[0]?.prdr).toBeUndefined()
  })
})

describe('silence', () => {
  test.each<[string, (moment: Moment) => boolean, number[], boolean[]]>([
    ['in place of 353', ({ type }) => type === 'prdr', [], [false, false]],
    [
      'about a recipient',
      (moment) => moment.type === 'content' && moment.recipient === 0,
      [353, 250, 250],
      [false, true],
    ],
    ['about all', (moment) => moment.type === 'content' && moment.overall === true, [353, 250, 250], [false, false]],
  ])('%s', (_, silent, codes, delivered) => {
    const played = content('DATA', { policy: (moment) => (silent(moment) ? 'silence' : undefined) })
    expect(played.codes).toEqual(codes)
    expect(played.server.recipients.map((recipient) => recipient.delivered)).toEqual(delivered)
    expect(played.server.transactions[0]?.content.every((reply) => reply.code === 250)).toBe(true)
    expect(played.server.state).toBe('ready')
  })
})

test('the reply for all says whether it is for all', () => {
  expect(content('DATA').replies.at(-1)).toMatch(/taken for all recipients$/)
  expect(content('DATA', { policy: policies.refuseContentFor('c@d.example') }).replies.at(-1)).toMatch(/taken for some/)
})

test('a BDAT that is refused has one reply', () => {
  expect(content('BDAT', { policy: policies.refuseChunk(0) }).codes).toEqual([452])
})

test('the policy is asked about 353, about each recipient, and about all', () => {
  const moments: unknown[] = []
  const policy = (moment: Moment): undefined => {
    if (moment.type !== 'prdr' && moment.type !== 'content') return
    const { path, recipient, overall } = moment.type === 'content' ? moment : {}
    moments.push([moment.type, moment.usual.code, moment.message.recipientIndexes.length, recipient, path, overall])
  }
  content('DATA', { policy })
  expect(moments).toEqual([
    ['prdr', 353, 2, undefined, undefined, undefined],
    ['content', 250, 2, 0, 'c@d.example', undefined],
    ['content', 250, 2, 1, 'e@f.example', undefined],
    ['content', 250, 2, undefined, undefined, true],
  ])
})

test('LMTP has no PRDR: it is not offered', () => {
  const conversation = session({ protocol: 'lmtp', extensions })
  expect(conversation.codes(transaction[0])).toEqual([555])
  expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
})
