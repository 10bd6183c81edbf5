import { data, mail, open, parseForwardPath, parseReversePath, rcpt, request, surveyContent } from '@sansmtp/core'
import { arbitraries, type NetworkPlan, ServerConnection, VirtualClient } from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'

interface Example {
  readonly protocol: 'smtp' | 'lmtp'
  readonly by: 'DATA' | 'BDAT'
  /** What MAIL says; BINARYMIME goes by BDAT alone. */
  readonly body: '8BITMIME' | 'BINARYMIME'
  readonly prdr: boolean
  /** Whether the size is known before. */
  readonly sized: boolean
  readonly pipelining: boolean
  readonly recipients: number
  readonly message: Uint8Array
  readonly plan: NetworkPlan
  readonly policy: arbitraries.PolicyExample
}

const examples: fc.Arbitrary<Example> = fc
  .record({
    protocol: fc.constantFrom('smtp', 'lmtp'),
    by: fc.constantFrom('BDAT', 'BDAT', 'DATA'),
    body: fc.constantFrom('8BITMIME', 'BINARYMIME'),
    prdr: fc.boolean(),
    sized: fc.boolean(),
    pipelining: fc.boolean(),
    recipients: fc.integer({ min: 1, max: 3 }),
    message: arbitraries.message().map((message) => message.slice(0, 60)),
    plan: arbitraries.networkPlan(),
    policy: arbitraries.serverPolicy(),
  })
  .map((example) => ({ ...example, ...(example.by === 'DATA' && { body: '8BITMIME' as const }) }))

function transaction({ protocol, by, body, prdr, sized, pipelining, recipients, message, plan, policy }: Example) {
  const extensions = { PIPELINING: pipelining, PRDR: prdr, SIZE: false }
  const server = new ServerConnection({ protocol, extensions, policy: arbitraries.policyOf(policy) })
  const client = new VirtualClient({ server, plan, protocol })
  client.run((connection) => open(connection, { clientName: 'bar.example', startTls: 'off' })).result
  client.run((connection) =>
    mail(connection, parseReversePath(''), { BODY: body, ...(prdr && protocol === 'smtp' && { PRDR: true }) }),
  )
  for (let i = 0; i < recipients; i += 1) {
    client.run((connection) => rcpt(connection, parseForwardPath(`r${i}@foo.example`), {}))
  }
  if (client.connection.state !== 'rcpt') return undefined
  const survey = sized ? surveyContent(message) : undefined
  return { server, client, run: client.run((connection) => data(connection, by, survey), { message }) }
}

test('data gives the replies that the server has given to the message, and those alone', () => {
  fc.assert(
    fc.property(examples, (example) => {
      const done = transaction(example)
      fc.pre(done !== undefined)
      const { server, client, run } = done
      const truth = server.transactions[0] ?? expect.unreachable()
      if (truth.data !== undefined && truth.data.code !== 354) {
        expect(run.error).toMatchObject({ code: 'DATA', replyCode: truth.data.code })
        return
      }
      const codes = run.result.map(({ code }) => code)
      const refusedChunk = truth.chunks.find(({ code }) => code >= 400)
      if (refusedChunk !== undefined) expect(new Set(codes)).toEqual(new Set([refusedChunk.code]))
      else expect(codes).toEqual(truth.content.map(({ code }) => code))
      const accepted = truth.recipients.filter(({ rcpt }) => (rcpt?.code ?? 500) < 300).length
      if (refusedChunk === undefined && example.protocol === 'lmtp') expect(codes).toHaveLength(accepted)
      // Nobody knows how many replies are due to LMTP's last chunk behind a refused one.
      if (refusedChunk !== undefined && example.protocol === 'lmtp' && client.connection.state === 'closed') return
      // Whatever it was, the session goes on.
      if (client.connection.state === 'resetDue') client.run((connection) => request(connection, { verb: 'RSET' }))
      expect(client.connection.state).toBe('ready')
      expect(client.run((connection) => request(connection, { verb: 'NOOP' })).result.code).toBe(250)
      const ours = new Set(['TEXT_LINE_TOO_LONG', 'NUL', 'EIGHT_BIT_CONTENT'])
      expect(server.violations.filter(({ code }) => !ours.has(code))).toEqual([])
    }),
  )
})

test('data sends the octets as they are behind BODY=BINARYMIME, and else as DATA has them', () => {
  fc.assert(
    fc.property(examples, (example) => {
      const done = transaction({ ...example, policy: { mail: [], rcpt: [], data: [], content: [] } })
      const { server } = done ?? expect.unreachable()
      const [received] = server.messages
      if (example.body === 'BINARYMIME') {
        expect(received?.content).toEqual(example.message)
        return
      }
      const other = transaction({
        ...example,
        by: example.by === 'DATA' ? 'BDAT' : 'DATA',
        policy: { mail: [], rcpt: [], data: [], content: [] },
      })
      expect(received?.content).toEqual(other?.server.messages[0]?.content)
    }),
  )
})
