import { type Moment, type PolicyAnswer, policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation, latin1, session } from './support/conversation.ts'

const transaction = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<e@f.example>', 'DATA'] as const

function codesWith(options: ServerConnectionOptions): readonly number[] {
  return session(options).codes(...transaction, '.')
}

describe('ready policies', () => {
  test('refuse or defer a recipient, by path or by test', () => {
    const policy = policies.firstOf(
      policies.refuseRecipient('c@d.example'),
      policies.deferRecipient((path) => path.startsWith('e')),
    )
    const conversation = session({ policy })
    expect(conversation.codes(...transaction)).toEqual([250, 550, 451, 554])
    expect(conversation.server.recipients.map(({ rcpt }) => [rcpt?.code, rcpt?.enhancedCode])).toEqual([
      [550, '5.1.1'],
      [451, '4.7.1'],
    ])
  })

  test('refuse DATA, and the transaction stays open', () => {
    const conversation = session({ policy: policies.refuseData() })
    expect(conversation.codes(...transaction, 'RCPT TO:<g@h.example>')).toEqual([250, 250, 250, 554, 250])
    expect(conversation.server.transactions[0]?.data).toMatchObject({ code: 554 })
  })

  test('ask for content of nobody, and send it to nobody', () => {
    const conversation = session({
      policy: policies.firstOf(
        policies.refuseRecipient(() => true),
        policies.askForContentOfNobody(),
      ),
    })
    expect(conversation.codes(...transaction, 'x', '.')).toEqual([250, 550, 550, 354, 554])
    expect(conversation.server.messages).toEqual([])
  })

  test('ask for content of nobody in LMTP, and say nothing to it', () => {
    const conversation = session({
      protocol: 'lmtp',
      policy: policies.firstOf(
        policies.refuseRecipient(() => true),
        policies.askForContentOfNobody(),
      ),
    })
    expect(conversation.codes(...transaction, '.', 'NOOP')).toEqual([250, 550, 550, 354, 250])
    conversation.together('RSET', ...transaction)
    expect(conversation.together('.', 'NOOP')).toEqual(['250 2.0.0 ok'])
  })

  test('ask for content without MAIL, and the session goes on', () => {
    const conversation = session({ policy: policies.answerTo('DATA', 354) })
    expect(conversation.codes('DATA', '.', 'MAIL FROM:<a@b.example>')).toEqual([354, 554, 250])
    expect(conversation.server.transactions.map(({ content, mail }) => [content.length, mail?.code])).toEqual([
      [1, undefined],
      [0, 250],
    ])
  })

  test('refuse the content, for all or for one', () => {
    expect(codesWith({ policy: policies.refuseContent() })).toEqual([250, 250, 250, 354, 554])
    const conversation = session({ protocol: 'lmtp', policy: policies.refuseContentFor('c@d.example') })
    expect(conversation.codes(...transaction, '.')).toEqual([250, 250, 250, 354, 552, 250])
    expect(conversation.server.recipients.map(({ delivered }) => delivered)).toEqual([false, true])
    expect(conversation.server.messages).toMatchObject([{ recipients: ['e@f.example'] }])
  })

  test.each(['greeting', 'content', 'RCPT', 'BDAT'])('drop at %s', (place) => {
    const conversation = session({ policy: policies.dropAt(place) })
    conversation.say(...transaction.slice(0, 3), place === 'BDAT' ? 'BDAT 0 LAST' : 'DATA', '.')
    expect(conversation.types.at(-1)).toBe('CloseRequested')
    expect(conversation.server.messages).toEqual([])
    conversation.eof()
    expect(conversation.types.at(-1)).toBe('Closed')
  })

  test('are silent at a place, and go on', () => {
    expect(session({ policy: policies.silentAt('NOOP') }).codes('NOOP', 'RSET')).toEqual([250])
    expect(codesWith({ policy: policies.silentAt('content') })).toEqual([250, 250, 250, 354])
    expect(new Conversation({ policy: policies.silentAt('greeting') }).greeting).toBe('')
  })

  test('shut down at a place', () => {
    const conversation = session({ policy: policies.shutDownAt('RCPT') })
    expect(conversation.codes(...transaction)).toEqual([250, 421])
    expect(conversation.types.at(-1)).toBe('CloseRequested')
  })

  test('accept a message and drop', () => {
    const conversation = session({ policy: policies.acceptAndDrop() })
    expect(conversation.codes(...transaction, '.')).toEqual([250, 250, 250, 354])
    expect(conversation.server.recipients.map(({ delivered, content }) => [delivered, content?.said])).toEqual([
      [true, false],
      [true, false],
    ])
    expect(conversation.types.slice(-2)).toEqual(['MessageReceived', 'CloseRequested'])
  })

  test('hold for one transaction, or one command', () => {
    const refused = policies.refuseData()
    const conversation = session({ policy: policies.inTransaction(1, refused) })
    expect(conversation.codes(...transaction, '.', ...transaction).slice(-6)).toEqual([354, 250, 250, 250, 250, 554])
    expect(session({ policy: policies.atCommand(2, policies.always(451)) }).codes('NOOP', 'NOOP', 'NOOP')).toEqual([
      250, 451, 250,
    ])
  })
})

describe('an answer', () => {
  test.each<[PolicyAnswer, string]>([
    ['250 2.0.0 as it is', '250 2.0.0 as it is\r\n'],
    ['250-first\n250-second\n250 last', '250-first\r\n250-second\r\n250 last\r\n'],
    ['250 first\n250 last', '250-first\r\n250 last\r\n'],
    [251, '251 2.1.5 user not local, will forward\r\n'],
    [299, '299 ok\r\n'],
    [{ code: 450 }, '450 4.2.0 mailbox unavailable\r\n'],
    [{ code: 450, lines: ['a', 'b'] }, '450-a\r\n450 b\r\n'],
    [{ code: 450, lines: 'a', enhancedCode: '4.2.1' }, '450 4.2.1 a\r\n'],
    [{ code: 450, lines: [] }, '450 \r\n'],
    [{ code: 450, unsaid: true }, ''],
    [{ raw: '250-only half' }, '250-only half'],
    [{ raw: Uint8Array.of(0, 255) }, '\0\xff'],
    ['silence', ''],
    [undefined, '250 2.0.0 ok\r\n'],
  ])('%j is said as %j', (answer, said) => {
    const conversation = session({ policy: policies.answerTo('NOOP', answer) })
    conversation.outputs.length = 0
    conversation.say('NOOP')
    expect(
      conversation.outputs.map((output) => (output.type === 'SendBytes' ? latin1(output.bytes) : '')).join(''),
    ).toBe(said)
  })

  test.each<PolicyAnswer>([100, 600, Number.NaN, 250.5, 'no code', '', { code: 0 }])(
    '%j is none, and throws',
    (answer) => {
      const conversation = session({ policy: policies.answerTo('NOOP', answer) })
      expect(() => conversation.say('NOOP')).toThrow(/policy/)
    },
  )

  test('decides by its code what becomes of the session', () => {
    const conversation = session({ policy: policies.answerTo('RCPT', { raw: '550 no\r\n' }) })
    conversation.say(...transaction.slice(0, 2))
    expect(conversation.server.state).toBe('mail')
    const taken = session({ policy: policies.answerTo('RCPT', { raw: '2' }) })
    taken.say(...transaction.slice(0, 2))
    expect(taken.server.state).toBe('mail')
  })

  test('to EHLO decides what is offered', () => {
    const conversation = session({ policy: policies.answerTo('EHLO', '250-mine\n250 DSN') })
    expect(conversation.codes('MAIL FROM:<a@b.example> SIZE=1', 'MAIL FROM:<a@b.example> RET=FULL')).toEqual([555, 250])
  })

  test('of 4xx or 5xx as the greeting leaves QUIT alone (RFC 5321 §3.1)', () => {
    const conversation = new Conversation({ policy: policies.greet('554 no') })
    expect(conversation.codes('EHLO a.example', 'QUIT')).toEqual([503, 221])
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })
})

test('a policy is asked at each moment, once, with the usual answer at hand', () => {
  const moments: string[] = []
  const policy = (moment: Moment): undefined => {
    const what = moment.type === 'command' ? `${moment.verb} ${moment.path ?? ''} ${moment.recipient ?? ''}` : ''
    const whom = moment.type === 'content' ? `${moment.recipient} ${moment.path} ${moment.message.content.length}` : ''
    moments.push(`${moment.type} ${what}${whom} ${moment.usual.code} ${moment.session.state}`.replace(/ +/g, ' '))
  }
  session({ protocol: 'lmtp', policy }).say(...transaction, 'x', '.', 'QUIT')
  expect(moments).toEqual([
    'greeting 220 greeting',
    'command LHLO 250 greeted',
    'command MAIL a@b.example 250 ready',
    'command RCPT c@d.example 0 250 mail',
    'command RCPT e@f.example 1 250 rcpt',
    'command DATA 354 rcpt',
    'content 0 c@d.example 3 250 data',
    'content 1 e@f.example 3 250 data',
    'command QUIT 221 ready',
  ])
})

test('a server may say something that nothing asked for', () => {
  const conversation = session()
  conversation.server.say('421 4.3.2 shutting down')
  expect(conversation.raw('')).toEqual(['421 4.3.2 shutting down'])
  expect(conversation.types.slice(-2)).toEqual(['SendBytes', 'CloseRequested'])
  conversation.server.say('250 again')
  expect(conversation.raw('')).toEqual([])
})
