import { arbitraries, policies, type Quirks, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** What a client says, line by line, and the codes that it is answered. */
function codes(options: ServerConnectionOptions, ...lines: readonly string[]): readonly number[] {
  const server = new ServerConnection(options)
  const said: string[] = []
  for (const line of ['', ...lines.map((line) => `${line}\r\n`)]) {
    server.receiveBytes(Buffer.from(line))
    for (let output = server.nextOutput(); output; output = server.nextOutput()) {
      if (output.type === 'SendBytes') said.push(Buffer.from(output.bytes).toString())
    }
  }
  const replies = said.join('').split('\r\n')
  return replies.filter((line) => line[3] === ' ').map((line) => Number(line.slice(0, 3)))
}

describe('quirks', () => {
  const sample = (options: arbitraries.QuirkOptions = {}) =>
    fc.sample(arbitraries.quirks(options), { numRuns: 1000, seed: 1 })
  const names = (all: readonly Quirks[]) => [...new Set(all.flatMap((quirks) => Object.keys(quirks)))].sort()

  test('come all, alone, together and not at all, in combinations that a server can have', () => {
    const all = sample()
    expect(names(all)).toEqual([
      'dropsBehindContent',
      'dropsConnectionBehindContent',
      'dropsConnectionBehindGroupEnd',
      'executesRefusedChunks',
      'forgetsHelloOnReset',
      'greetsInSeveralLines',
      'knowsOnlyHelo',
      'offersInLowerCase',
      'refusesBehindContent',
      'refusesChunksEarly',
      'refusesParameters',
      'spellsAuthTheOldWay',
      'takesBareLineFeeds',
    ])
    expect(all.some((quirks) => Object.keys(quirks).length > 4)).toBe(true)
    for (const quirks of all) {
      expect(quirks.executesRefusedChunks && quirks.refusesChunksEarly).not.toBe(true)
      expect(quirks.dropsBehindContent && quirks.refusesBehindContent).not.toBe(true)
    }
  })

  test('are left out by name, and where LMTP can’t have them', () => {
    expect(names(sample({ protocol: 'lmtp' }))).not.toContain('knowsOnlyHelo')
    const without = ['refusesParameters', 'dropsBehindContent', 'forgetsHelloOnReset'] as const
    for (const name of without) expect(names(sample({ without }))).not.toContain(name)
    expect(names(sample({ without }))).toContain('refusesBehindContent')
    const left = ['dropsBehindContent', 'refusesBehindContent', 'dropsConnectionBehindContent'] as const
    expect(names(sample({ without: left }))).not.toContain('refusesBehindContent')
  })

  test('refuse the parameters that are named', () => {
    const refused = sample({ parameters: ['X-OWN'] }).flatMap(({ refusesParameters = [] }) => refusesParameters)
    expect(new Set(refused)).toEqual(new Set(['X-OWN']))
  })

  test('shrink to none', () => {
    expect(
      fc.check(
        fc.property(arbitraries.quirks(), () => false),
        { seed: 1 },
      ).counterexample,
    ).toEqual([{}])
  })
})

describe('a policy', () => {
  const whole = { mail: [], rcpt: [], data: [], content: [] }
  const transaction = [
    'EHLO a.example',
    'MAIL FROM:<a@b.example> PRDR',
    'RCPT TO:<c@d.example>',
    'RCPT TO:<e@f.example>',
  ]
  const extensions = { PRDR: true, BURL: true }
  const answering = (example: Partial<arbitraries.PolicyExample>, ...lines: readonly string[]) =>
    codes({ extensions, urls: { 'urn:x': '' }, policy: arbitraries.policyOf({ ...whole, ...example }) }, ...lines)

  test('refuses chunks, by BDAT and BURL', () => {
    expect(answering({ chunk: [250, 452] }, ...transaction, 'BDAT 0', 'BDAT 0', 'RSET').slice(-3)).toEqual([
      250, 452, 250,
    ])
    expect(answering({ chunk: [250, 452] }, ...transaction, 'BURL urn:x', 'BURL urn:x LAST').slice(-2)).toEqual([
      250, 452,
    ])
  })

  test('answers with PRDR, for each recipient and for all', () => {
    expect(answering({ content: [250, 552], overall: [451] }, ...transaction, 'DATA', '.').slice(-5)).toEqual([
      354, 353, 250, 552, 451,
    ])
    expect(answering({ prdr: [554] }, ...transaction, 'DATA', '.').slice(-2)).toEqual([354, 554])
  })

  test('refuses other commands by verb, in turn', () => {
    const others = { RSET: [undefined, 451], NOOP: [500] }
    expect(answering({ others }, 'RSET', 'RSET', 'RSET', 'NOOP', 'VRFY x', 'HASOWNPROPERTY').slice(1)).toEqual([
      250, 451, 250, 500, 252, 500,
    ])
  })

  test('refuses at any point if that is asked for, and else in transactions alone', () => {
    const others = (options: arbitraries.PolicyOptions) =>
      fc.sample(arbitraries.serverPolicy(options), { numRuns: 200, seed: 1 }).map(({ others = {} }) => others)
    expect(others({}).every((each) => Object.keys(each).length === 0)).toBe(true)
    const refused = others({ everywhere: true }).flatMap((each) =>
      Object.entries(each).flatMap(([verb, codes]) => (codes.some((code) => code !== undefined) ? verb : [])),
    )
    expect(new Set(refused).size).toBe(12)
  })

  test('comes with refusals of every kind', () => {
    const examples = fc.sample(arbitraries.serverPolicy(), { numRuns: 500, seed: 1 })
    for (const kind of ['mail', 'rcpt', 'data', 'content', 'chunk', 'prdr', 'overall'] as const) {
      expect([kind, examples.some((example) => example[kind]?.some((code) => code >= 400))]).toEqual([kind, true])
    }
  })
})

test('who gets a message is told for each recipient, whatever the server says and however the message comes', () => {
  const protocols = fc.constantFrom<'smtp' | 'lmtp'>('smtp', 'lmtp')
  const endings = fc.constantFrom('DATA\r\nx\r\n.\r\n', 'BDAT 1\r\nxBDAT 0 LAST\r\n', 'BURL urn:x LAST\r\n')
  fc.assert(
    fc.property(protocols, fc.boolean(), endings, arbitraries.serverPolicy(), arbitraries.quirks(), (...given) => {
      const [protocol, prdr, ending, example, quirks] = given
      const policy = policies.firstOf(arbitraries.policyOf(example))
      const server = new ServerConnection({ protocol, extensions, urls: { 'urn:x': 'x' }, policy, quirks })
      const hello = protocol === 'lmtp' ? 'LHLO' : 'EHLO'
      const recipients = ['r0', 'r1', 'r1'].map((name) => `RCPT TO:<${name}@b.example>\r\n`).join('')
      let said = ''
      for (const bytes of [`${hello} a.example\r\n`, `MAIL FROM:<>${prdr ? ' PRDR' : ''}\r\n`, recipients, ending]) {
        said = ''
        server.receiveBytes(Buffer.from(bytes))
        for (let output = server.nextOutput(); output; output = server.nextOutput()) {
          if (output.type === 'SendBytes') said += Buffer.from(output.bytes).toString()
        }
      }
      const [transaction] = server.transactions
      const delivered = transaction?.recipients.filter((recipient) => recipient.delivered) ?? []
      expect(server.messages.flatMap(({ recipientIndexes }) => recipientIndexes)).toEqual(
        delivered.map(({ index }) => index),
      )
      expect(server.messages).toHaveLength(delivered.length > 0 ? 1 : 0)
      for (const { rcpt, content, overall } of delivered) {
        expect(Math.max(rcpt?.code ?? 0, content?.code ?? 0, overall?.code ?? 0)).toBeLessThan(300)
      }
      // What was said last is the word on the message: of all with SMTP, of the last accepted recipient with LMTP.
      const last = transaction?.content.at(-1)?.code
      if (last !== undefined) expect(said.trimEnd().split('\r\n').at(-1)?.slice(0, 3)).toBe(String(last))
      if (protocol === 'smtp' && last !== undefined && last >= 300) expect(delivered).toEqual([])
    }),
  )
})

const extensions = { PRDR: true, BURL: true }
