import { ClientConnection, open, parseForwardPath, parseReversePath, transact } from '@sansmtp/core'
import { policies, ServerConnection } from '@sansmtp/testkit'
import { expect, test } from 'vitest'
import { octets } from './support/conversation.ts'
import { Pair } from './support/pair.ts'

test('an LMTP transaction whose MAIL is refused inherits no recipients from the one before', () => {
  const policy = policies.inTransaction(
    1,
    policies.firstOf(policies.answerTo('MAIL', 450), policies.answerTo('DATA', 354)),
  )
  const pair = new Pair(new ClientConnection({ protocol: 'lmtp' }), new ServerConnection({ protocol: 'lmtp', policy }))
  pair.run(open(pair.client, { clientName: 'client.example', startTls: 'off' }))
  const envelope = { from: parseReversePath('a@b.example'), to: [parseForwardPath('c@d.example')] }
  const statuses = [1, 2, 3].map(() => pair.run(transact(pair.client, envelope), octets('x\r\n')).outcomes[0]?.status)
  expect(statuses).toEqual(['accepted', 'deferred', 'accepted'])
  expect(pair.server.recipients.map(({ delivered }) => delivered)).toEqual([true, false, true])
})
