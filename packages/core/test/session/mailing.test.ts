import {
  type MailBacklog as Backlog,
  ClientConnection,
  ContentSourceError,
  type Demand,
  encodeUtf8,
  type FlowEvent,
  MailBacklog,
  type MailingEnd,
  type MailObject,
  type MailWindowOptions,
  parseForwardPath,
  parseReversePath,
  sendAll,
  surveyContent,
  type TransactionResult,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, sentText } from '../support/connections.ts'

const content = encodeUtf8('x\r\n')

function mailTo(...recipients: readonly string[]): MailObject {
  const to = recipients.map((recipient) => parseForwardPath(`${recipient}@foo.example`))
  const envelope = { from: parseReversePath('ann@bar.example'), to, ...surveyContent(content) }
  return { envelope, content, repeatable: true }
}

/** A mailing whose server's every word is given by hand. */
class Mailing {
  readonly connection: ClientConnection
  readonly results: TransactionResult[] = []
  readonly traits: MailWindowOptions['traits']
  readonly demands: Demand[] = []
  end: MailingEnd | undefined
  /** Whether contents come to an end. */
  tellsOfEnds = true
  readonly #backlog: Backlog
  readonly #flow: ReturnType<typeof sendAll>
  readonly #done: FlowEvent[] = []

  constructor(mails: readonly MailObject[], keywords: readonly string[], options: Partial<MailWindowOptions> = {}) {
    const protocol = keywords.includes('LMTP') ? 'lmtp' : 'smtp'
    this.connection = new ClientConnection({ protocol })
    drain(this.connection)
    feed(this.connection, '220 hi')
    this.connection.send({ verb: protocol === 'lmtp' ? 'LHLO' : 'EHLO', domain: 'bar.example' })
    drain(this.connection)
    feed(this.connection, ...['hi', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
    const left = [...mails]
    this.#backlog = new MailBacklog({
      take: () => left.shift(),
      report: (_, result) => this.results.push(result),
    })
    this.traits = options.traits ?? {}
    this.#flow = sendAll(this.connection, this.#backlog, {
      pipelining: 'transaction',
      window: { messages: 9, octets: 999 },
      clientName: 'bar.example',
      mayReconnect: true,
      ...options,
      traits: this.traits,
    })
  }

  /** Lets it go on, and gives what it sends. */
  begin(): string {
    return this.#take(this.#flow.next()) + this.#goOn()
  }

  /** The server says these lines. Gives what is sent then. */
  hear(...lines: readonly string[]): string {
    this.connection.receiveBytes(encodeUtf8(lines.map((line) => `${line}\r\n`).join('')))
    return this.#goOn()
  }

  /** The server hangs up. */
  lose(): string {
    this.connection.receiveEof()
    return this.#goOn()
  }

  tell(event: FlowEvent): string {
    return this.#take(this.#flow.next(event)) + this.#goOn()
  }

  #goOn(): string {
    let sent = ''
    for (;;) {
      const output = this.connection.nextOutput()
      const event = output === undefined ? this.#done.shift() : output
      if (event === undefined) return sent
      if (event.type === 'SendBytes') sent += sentText([event])
      else if (event.type === 'CloseRequested') this.connection.receiveEof()
      else if (event.type !== 'StartTlsRequested' && this.end === undefined) sent += this.#take(this.#flow.next(event))
    }
  }

  #take(step: IteratorResult<Demand, MailingEnd>): string {
    if (step.done) {
      this.end = step.value
      return ''
    }
    const demand = step.value
    if (demand === 'nextEvent') return ''
    this.demands.push(demand)
    if (demand === 'sendContent') throw new Error('whose content?')
    if (demand.type === 'takeMail')
      this.#done.push({ type: 'MailTaken', mail: demand.take() as MailObject | undefined })
    if (demand.type !== 'sendContent') return ''
    this.connection.sendBody(demand.content as Uint8Array)
    if (!this.tellsOfEnds) return ''
    this.connection.endBody()
    this.#done.push({ type: 'ContentSent' })
    return ''
  }

  get statuses(): readonly string[] {
    return this.results.map(({ outcomes }) => outcomes.map(({ status }) => status).join())
  }
}

const pipelining = ['PIPELINING', 'SIZE 1000', '8BITMIME']
const chunking = [...pipelining, 'CHUNKING']

describe('354 although nobody was accepted (RFC 2920 §3.1)', () => {
  test('gets a lone dot, which is no message, and the next envelope rides behind it', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining, {
      pipelining: 'auto',
      traits: { ridesBehindContent: true },
    })
    expect(mailing.begin()).toBe('MAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<a@foo.example>\r\nDATA\r\n')
    expect(mailing.hear('250 ok', '550 no', '354 go')).toBe(
      '.\r\nRSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\nDATA\r\n',
    )
    mailing.hear('250 taken for nobody', '250 reset', '250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('over LMTP is followed by no reply at all (RFC 2033 §4.2)', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], [...pipelining, 'LMTP'])
    mailing.begin()
    expect(mailing.hear('250 ok', '550 no', '354 go')).toMatch(/^\.\r\nMAIL/)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('gets nothing where a recipient was accepted of a MAIL that was refused', () => {
    const mailing = new Mailing([mailTo('a')], pipelining)
    mailing.begin()
    expect(mailing.hear('550 no', '250 ok', '354 go')).toBe('')
    expect([mailing.statuses, mailing.end]).toMatchObject([
      ['rejected'],
      { type: 'over', error: { code: 'REMOTE_PROTOCOL' } },
    ])
  })

  test('gets nothing where RSET was refused: those of the transaction before would get it', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining)
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok', '451 not now')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.hear('451 not now either', '503 nested', '550 no', '354 go')).toBe('')
    expect([mailing.statuses, mailing.end?.type]).toEqual([['deferred', 'rejected'], 'over'])
  })
})

describe('content that the server fetches in part (RFC 4468 §3.2)', () => {
  test('tells nothing of whether anything may ride, since nothing leaves behind it', () => {
    const { envelope, ...mail } = mailTo('a')
    const { size: _, ...rest } = envelope
    const byUrl = { ...mail, envelope: { ...rest, byUrl: true } }
    const mailing = new Mailing([byUrl, mailTo('b')], [...chunking, 'BURL'], { pipelining: 'auto' })
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok')).not.toContain('NOOP')
    mailing.hear('250 taken')
    expect(mailing.statuses).toEqual(['accepted'])
  })
})

describe('content that is no text (RFC 3030 §3)', () => {
  test('is announced with the octets that it has', () => {
    const { envelope, ...mail } = mailTo('a')
    const binary = encodeUtf8('x\ny')
    const options = { body: 'BINARYMIME' } as const
    const mailing = new Mailing(
      [{ ...mail, content: binary, envelope: { ...envelope, ...surveyContent(binary), options } }],
      [...chunking, 'BINARYMIME'],
      { pipelining: 'eager', traits: { ridesBehindContent: true } },
    )
    expect(mailing.begin()).toBe(
      'MAIL FROM:<ann@bar.example> SIZE=3 BODY=BINARYMIME\r\nRCPT TO:<a@foo.example>\r\nBDAT 3 LAST\r\nx\ny',
    )
  })
})

describe('an eager message', () => {
  const eager = { pipelining: 'eager', traits: { ridesBehindContent: true } } as const

  test('that nobody was accepted for, and that is accepted all the same, is accepted for nobody', () => {
    const mailing = new Mailing([mailTo('a')], chunking, eager)
    mailing.begin()
    mailing.hear('250 ok', '550 no', '250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'done' }])
  })

  test('goes with RSET before it, since nobody knows what the one before it left', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    expect(mailing.begin()).toBe(
      'MAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<a@foo.example>\r\nBDAT 3 LAST\r\nx\r\n' +
        'RSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\nBDAT 3 LAST\r\nx\r\n',
    )
    mailing.hear('250 ok', '550 no', '554 nobody', '250 reset', '250 ok', '250 ok', '250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('whose content is out when the server says 421 to another is unknown', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    mailing.begin()
    mailing.hear('421 closing')
    expect([mailing.statuses, mailing.end]).toEqual([['deferred', 'unknown'], { type: 'over', error: undefined }])
  })

  test('is none whose content can be sent but once, or has no size', () => {
    const { envelope, ...mail } = mailTo('a')
    const once = { ...mail, envelope, repeatable: false }
    const sizeless = { ...mail, envelope: { from: envelope.from, to: envelope.to, eightBit: false } }
    for (const each of [once, sizeless]) {
      expect(new Mailing([each], chunking, eager).begin()).toMatch(/^MAIL.*\r\nRCPT TO:<a@foo.example>\r\n$/)
    }
  })

  test('waits for its recipients where the one before was refused and nothing is known of what became of that', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, { ...eager, window: { messages: 1, octets: 1 } })
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok', '554 not liked')).toBe(
      'RSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\n',
    )
    // Had it been executed, RSET would have been answered otherwise.
    expect(mailing.hear('250 reset', '250 ok', '250 ok')).toBe('BDAT 3 LAST\r\nx\r\n')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('is not repeated twice for a server that answers 503 whatever is done', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    mailing.begin()
    const hello = 'EHLO bar.example\r\n'
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '250 reset', '503 no', '503 no', '503 no')).toBe(hello)
    expect(mailing.hear('250-hi', '250-PIPELINING', '250 CHUNKING')).toMatch(/^MAIL.*\r\nRCPT.*\r\n$/)
    mailing.hear('503 no', '503 no')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'rejected'], { type: 'done' }])
    expect(mailing.traits.forgetsHelloOnReset).toBe(false)
  })

  test('EHLO that is refused behind a refused chunk ends the connection, and the message goes over another', () => {
    const traits = { ridesBehindContent: true, forgetsHelloOnReset: true }
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, { ...eager, traits })
    mailing.begin()
    mailing.hear('250 ok', '250 ok')
    expect(mailing.hear('554 not liked')).toBe('EHLO bar.example\r\n')
    mailing.hear('500 that was a line of the message')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'reconnect', inDoubt: true }])
    expect(mailing.traits).toMatchObject({ forgetsHelloOnReset: true, executesRefusedChunks: true })
  })
})

describe('an envelope that rides behind content', () => {
  const begun = (traits: MailWindowOptions['traits'] = {}) => {
    const mailing = new Mailing([mailTo('a'), mailTo('b'), mailTo('c')], pipelining, {
      pipelining: 'auto',
      traits: { ridesBehindContent: true, ...traits },
    })
    mailing.begin()
    mailing.hear('250 ok', '250 ok', '354 go')
    return mailing
  }
  /** To a server behind whose RSET there would be EHLO, so that MAIL rides first. */
  const withoutReset = () => begun({ forgetsHelloOnReset: true })

  test.each([500, 501, 502, 503])('and is answered %i is sent again, by itself', (code) => {
    const mailing = withoutReset()
    expect(mailing.hear('250 taken', `${code} what?`, '503 no', '503 no')).toMatch(
      /^MAIL.*\r\nRCPT TO:<b@.*\r\nDATA\r\n$/,
    )
    expect(mailing.traits.ridesBehindContent).toBe(false)
    mailing.hear('250 ok', '250 ok', '354 go')
    expect(mailing.hear('250 taken')).toMatch(/RCPT TO:<c@/)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'accepted', 'accepted'], { type: 'done' }])
  })

  test('and is refused otherwise is refused', () => {
    const mailing = begun()
    expect(mailing.hear('250 taken', '250 reset', '550 no', '503 no', '503 no')).toMatch(/RCPT TO:<c@/)
    expect(mailing.statuses).toEqual(['accepted', 'rejected'])
  })

  test('and is told once more that it is out of order is refused', () => {
    const mailing = withoutReset()
    mailing.hear('250 taken', '503 no', '503 no', '503 no')
    mailing.hear('503 still no', '503 no', '503 no')
    expect(mailing.statuses).toEqual(['accepted', 'rejected'])
  })

  test.each([
    ['behind RSET, with a word', begun, ['554 too early']],
    ['behind RSET, without', begun, []],
    ['with a word', withoutReset, ['554 too early']],
    ['without', withoutReset, []],
  ])('is taken back from a server that hangs up on it, %s', (_, start, lines) => {
    const mailing = start()
    mailing.hear('250 taken', ...lines)
    mailing.lose()
    expect([mailing.statuses, mailing.end]).toEqual([['accepted'], { type: 'reconnect', inDoubt: true }])
    expect(mailing.traits.ridesBehindContent).toBe(false)
  })

  test('is told truly when the connection breaks, once another has ridden', () => {
    const mailing = begun()
    mailing.hear('250 taken', '250 reset', '250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    mailing.lose()
    expect([mailing.statuses, mailing.end?.type]).toEqual([['accepted', 'accepted', 'notSent'], 'over'])
    expect(mailing.traits.ridesBehindContent).toBe(true)
  })

  test('is given up with the caller, who is no reason to go on over another connection, nor to learn from', () => {
    const mailing = begun()
    mailing.hear('250 taken')
    mailing.connection.abort()
    mailing.hear()
    expect([mailing.statuses, mailing.end?.type]).toEqual([['accepted', 'notSent'], 'over'])
    expect(mailing.traits.ridesBehindContent).toBe(true)
  })

  test('is deferred when the server says 421', () => {
    const mailing = begun()
    mailing.hear('250 taken', '421 closing')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'deferred'], { type: 'over', error: undefined }])
  })
})

describe('whether anything may ride', () => {
  const tried = (level: 'auto' | 'eager', keywords: readonly string[]) => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], keywords, { pipelining: level })
    mailing.begin()
    return mailing
  }

  test('is found out by a NOOP that leaves with the content', () => {
    const mailing = tried('auto', pipelining)
    expect(mailing.hear('250 ok', '250 ok', '354 go')).toBe('x\r\n.\r\nNOOP\r\n')
    expect(mailing.hear('250 taken')).toBe('')
    expect(mailing.demands.at(-1)).toEqual({ type: 'wait', milliseconds: 250, replyTimes: 4 })
    expect(mailing.hear('250 ok')).toMatch(/^MAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: true })
    // The wait is over, and of no interest any more.
    mailing.tell({ type: 'Waited' })
    expect(mailing.traits).toEqual({ ridesBehindContent: true })
  })

  test('is no when the NOOP is refused, and the connection goes on', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    expect(mailing.hear('250 taken', '503 too early')).toMatch(/^MAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: false })
  })

  test('is no when nothing comes, and another connection is needed', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    mailing.tell({ type: 'Waited' })
    expect([mailing.end, mailing.traits]).toEqual([{ type: 'reconnect', inDoubt: true }, { ridesBehindContent: false }])
  })

  test('is in doubt where a refused chunk stands before the refusal', () => {
    const mailing = tried('auto', chunking)
    mailing.hear('250 ok', '250 ok')
    mailing.hear('554 not liked', '500 that was a line of the message')
    expect([mailing.end, mailing.statuses]).toEqual([{ type: 'reconnect', inDoubt: true }, ['rejected']])
  })

  test('is not learned from a caller that gives up', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.connection.abort()
    mailing.hear()
    expect([mailing.end?.type, mailing.statuses, mailing.traits]).toEqual(['over', ['unknown'], {}])
  })

  test('is tried with RSET as well for a whole window, behind which EHLO may be due again', () => {
    const mailing = tried('eager', chunking)
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '250 reset')).toBe('')
    expect(mailing.hear('250 ok')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.hear('250 reset', '503 who are you?', '503 no', '503 no')).toBe('EHLO bar.example\r\n')
    mailing.hear('250-hi', '250-PIPELINING', '250 CHUNKING')
    mailing.hear('250 ok', '250 ok')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'accepted'], { type: 'done' }])
    expect(mailing.traits).toEqual({ ridesBehindContent: true, forgetsHelloOnReset: true })
  })

  test('is no for a whole window when RSET alone is refused', () => {
    const mailing = tried('eager', chunking)
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '503 too early', '250 ok')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: false })
  })
})

describe('a message whose content is refused before its end', () => {
  const large = { ...mailTo('a'), envelope: { ...mailTo('a').envelope, size: 9 } }

  /** A mailing whose content is not handed over, but for its beginning. */
  const amid = (keywords: readonly string[], more: readonly MailObject[]) => {
    const mailing = new Mailing([{ ...large, content: new Uint8Array(0) }, ...more], keywords)
    mailing.tellsOfEnds = false
    mailing.begin()
    return mailing
  }

  test('is refused, and those behind it go over another connection, this one being closed', () => {
    const mailing = amid(pipelining, [mailTo('b')])
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('552 too much')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'reconnect', inDoubt: true }])
  })

  test('needs no other connection where nothing follows', () => {
    const mailing = amid(pipelining, [])
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('552 too much')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'over', error: undefined }])
  })
})

test('content that is given up amid its sending is nothing to the next message', () => {
  const { envelope, ...mail } = mailTo('a')
  const streamed = { ...mail, envelope: { from: envelope.from, to: envelope.to, eightBit: false }, repeatable: false }
  const mailing = new Mailing([streamed, mailTo('b')], chunking)
  mailing.tellsOfEnds = false
  mailing.begin()
  mailing.hear('250 ok', '250 ok')
  mailing.connection.sendBody(content)
  mailing.connection.abandonBody()
  mailing.tellsOfEnds = true
  const error = new ContentSourceError({ cause: new Error('broken') })
  expect(mailing.tell({ type: 'ContentFailed', error })).toMatch(/^BDAT 3\r\nx\r\nRSET\r\nMAIL/)
  mailing.hear('250 octets', '250 reset', '250 ok', '250 ok')
  mailing.hear('250 taken')
  expect([mailing.statuses, mailing.end]).toEqual([['notSent', 'accepted'], { type: 'done' }])
  expect(mailing.results.map((result) => result.error)).toEqual([error, undefined])
})

test('and where it can not be, so that the connection ends, the next message takes another', () => {
  const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining)
  mailing.tellsOfEnds = false
  mailing.begin()
  mailing.hear('250 ok', '250 ok', '354 go')
  mailing.connection.abort(new ContentSourceError({ cause: new Error('broken') }))
  mailing.hear()
  expect([mailing.statuses, mailing.end]).toEqual([['notSent'], { type: 'reconnect', inDoubt: true }])
})

test('without PIPELINING, a MAIL that is not sent since RSET was refused is decided by that', () => {
  const mailing = new Mailing([mailTo('a'), mailTo('b')], ['8BITMIME'])
  mailing.begin()
  mailing.hear('250 ok')
  mailing.hear('250 ok')
  expect(mailing.hear('451 not now')).toBe('RSET\r\n')
  expect(mailing.hear('452 not now either')).toBe('')
  expect([mailing.statuses, mailing.end]).toEqual([['deferred', 'deferred'], { type: 'done' }])
  expect(mailing.results[1]?.outcomes[0]).toMatchObject({ decidedBy: 'MAIL', reply: { code: 452 } })
})

test('a connection that has ended while nobody listened is over', () => {
  const mailing = new Mailing([mailTo('a')], pipelining)
  mailing.connection.receiveEof()
  drain(mailing.connection)
  expect(mailing.begin()).toBe('')
  expect([mailing.end, mailing.results]).toEqual([{ type: 'over', error: undefined }, []])
})

test('what is no error of this project is not taken for a fault of the message', () => {
  const malformed = { ...mailTo('a'), envelope: { ...mailTo('a').envelope, to: [undefined] } } as unknown as MailObject
  expect(() => new Mailing([malformed], pipelining).begin()).toThrow(TypeError)
})

test('mail that was asked for when a connection ended is the next one’s', () => {
  const mails = [mailTo('a')]
  const backlog = new MailBacklog({ take: () => mails.shift(), report: () => {} })
  backlog.begin()
  const asked = backlog.demand().take()
  expect(backlog.open).toBe(false)
  backlog.begin()
  expect(backlog.open).toBe(true)
  expect(backlog.demand().take()).toBe(asked)
})
