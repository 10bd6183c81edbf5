import { Capabilities, ClientConnection, encodeUtf8, open, ReplyDecoder, transact } from '@sansmtp/core'
import { arbitraries, runFlow, ServerConnection, VirtualClient } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { envelopeTo, message, oneMessage, opening } from './sessions.ts'

const limits = { maxLineLength: 8192, maxReplyLines: 512, maxReplyLength: 65_536 }

/** What is found among many examples. */
function among<T>(arbitrary: fc.Arbitrary<T>, is: (example: T) => boolean): boolean {
  return fc.sample(arbitrary, 500).some(is)
}

describe('an EHLO reply', () => {
  test('is read by a client as it is meant', () => {
    fc.assert(
      fc.property(arbitraries.ehloReply(), ({ bytes, keywords, authMechanisms }) => {
        const decoder = new ReplyDecoder(limits)
        decoder.push(bytes)
        const reply = decoder.next()
        if (reply === undefined) throw new Error('no whole reply')
        expect([reply.code, decoder.bufferedBytes]).toEqual([250, 0])
        const capabilities = Capabilities.fromReply(reply)
        expect(capabilities.keywords.filter((keyword) => !keyword.includes('='))).toEqual(keywords)
        expect(capabilities.authMechanisms).toEqual(authMechanisms)
        expect(capabilities.serverName).toMatch(/example$/)
      }),
    )
  })

  test('comes in lower case, with odd spacing, with lines said twice, and with AUTH= alone', () => {
    const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    const seen = (pattern: RegExp) => among(arbitraries.ehloReply(), ({ bytes }) => pattern.test(textOf(bytes)))
    expect(seen(/250.pipelining/)).toBe(true)
    expect(seen(/SIZE {2}\d/)).toBe(true)
    expect(seen(/AUTH\t/)).toBe(true)
    expect(seen(/(250.8BITMIME\s+){2}/)).toBe(true)
    expect(
      among(arbitraries.ehloReply(), ({ bytes }) => /AUTH=/.test(textOf(bytes)) && !/AUTH /i.test(textOf(bytes))),
    ).toBe(true)
  })
})

describe('an envelope', () => {
  test('holds the null reverse-path, Postmaster and duplicates now and then', () => {
    const envelope = arbitraries.envelope()
    expect(among(envelope, ({ from }) => from.mailbox === '')).toBe(true)
    expect(among(envelope, ({ to }) => to.some(({ mailbox }) => mailbox === 'Postmaster'))).toBe(true)
    expect(among(envelope, ({ to }) => new Set(to.map(String)).size < to.length)).toBe(true)
  })

  test('has as many recipients as are asked for at most, and one at least', () => {
    fc.assert(
      fc.property(arbitraries.envelope({ maxRecipients: 3 }), ({ to }) => {
        expect(to.length).toBeGreaterThanOrEqual(1)
        expect(to.length).toBeLessThanOrEqual(3)
      }),
    )
  })

  test('goes beyond US-ASCII only where that is asked for', () => {
    const allAscii = (options: { utf8: boolean }) =>
      !among(arbitraries.envelope(options), ({ from, to }) => [from, ...to].some(({ isAscii }) => !isAscii))
    expect([allAscii({ utf8: false }), allAscii({ utf8: true })]).toEqual([true, false])
  })
})

test('most commands of a sequence are legal where they stand, and some are not', () => {
  let legal = 0
  let illegal = 0
  for (const commands of fc.sample(arbitraries.commandSequence(), 500)) {
    const connection = new ClientConnection()
    connection.receiveBytes(encodeUtf8('220 hi\r\n'))
    while (connection.nextOutput() !== undefined);
    for (const command of commands) {
      if (connection.can(command.verb)) legal += 1
      else illegal += 1
      try {
        connection.send(command)
      } catch {
        // Illegal, or it needs an extension.
      }
      while (connection.nextOutput() !== undefined);
      if (connection.pendingCommands > 0) {
        connection.receiveBytes(encodeUtf8(command.verb === 'DATA' ? '354 go\r\n' : '250 ok\r\n'))
        while (connection.nextOutput() !== undefined);
      }
      if (connection.state === 'data') {
        connection.endBody()
        while (connection.nextOutput() !== undefined);
        connection.receiveBytes(encodeUtf8('250 ok\r\n'))
        while (connection.nextOutput() !== undefined);
      }
    }
  }
  expect(legal).toBeGreaterThan(illegal)
  expect(illegal).toBeGreaterThan(100)
})

describe('a policy', () => {
  const whole = { mail: [], rcpt: [], data: [], content: [] }
  const play = (example: arbitraries.PolicyExample, recipients: number) => {
    const extensions = { CHUNKING: false }
    const server = new ServerConnection({ extensions, policy: arbitraries.policyOf(example) })
    const { result } = runFlow((connection) => oneMessage(connection, recipients), { server, message })
    return { server, statuses: result.outcomes.map(({ status }) => status) }
  }

  test('answers with its codes in turn', () => {
    const { statuses } = play({ ...whole, rcpt: [250, 550, 450] }, 5)
    expect(statuses).toEqual(['accepted', 'rejected', 'deferred', 'accepted', 'rejected'])
  })

  test('leaves refused what is refused by rule', () => {
    const { server, statuses } = play({ ...whole, mail: [250], rcpt: [550], data: [354] }, 1)
    expect([statuses, server.transactions[0]?.data?.code]).toEqual([['rejected'], 554])
  })

  test.each([
    ['closing', 'deferred', false],
    ['silence', 'unknown', false],
    ['unsaid', 'unknown', true],
    ['close', 'unknown', false],
    ['closeBehind', 'accepted', true],
  ] as const)('goes wrong at the content by %s, which leaves the recipient %s', (by, status, delivered) => {
    // The moments before it: greeting, EHLO, MAIL, RCPT, DATA.
    const server = new ServerConnection({ policy: arbitraries.policyOf({ ...whole, disruption: { moment: 5, by } }) })
    const client = new VirtualClient({ server })
    client.run((connection) => open(connection, opening))
    const { result } = client.run((connection) => transact(connection, envelopeTo(1)), { message })
    expect(result.outcomes.map(({ status }) => status)).toEqual([status])
    expect(server.recipients.map(({ delivered }) => delivered)).toEqual([delivered])
  })
})

test('a network plan without cuts is never slower than a minute for a message of 32 KiB', () => {
  fc.assert(
    fc.property(arbitraries.networkPlan(), ({ toServer, toClient, content }) => {
      for (const { latency, octetsPerMillisecond = 1, cut } of [toServer, toClient]) {
        expect(cut).toBeUndefined()
        expect(Math.max(0, ...latency) + 32_768 / octetsPerMillisecond).toBeLessThan(60_000)
      }
      expect(content.interval).toBeLessThanOrEqual(1000)
    }),
  )
})
