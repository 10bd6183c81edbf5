import { ClientConnection, type FetchToken, type Flow, type FlowEvent } from '@sansmtp/core'
import { Pump } from '@sansmtp/core/client'
import { expect, test } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'

/** Work that is done when it is told to be. */
function token() {
  let give: (token: string) => void = () => {}
  const work: FetchToken = {
    type: 'fetchToken',
    provider: () =>
      new Promise((resolve) => {
        give = resolve
      }),
    request: { user: 'ann', mechanism: 'XOAUTH2' },
  }
  return { work, give: (token: string) => give(token) }
}

function* nextAfter(work: FetchToken): Flow<FlowEvent> {
  return yield work
}

function* outcomeOf(work: FetchToken): Flow<FlowEvent> {
  let event = yield work
  while (event.type !== 'TokenFetched') event = yield 'nextEvent'
  return event
}

test('work of a flow that has ended is not told to the next one', async () => {
  const pump = new Pump(new ClientConnection(), new MemoryServer(), {})
  const first = token()
  expect(await pump.run(nextAfter(first.work))).toMatchObject({ type: 'GreetingReceived' })
  const second = token()
  const outcome = pump.run(outcomeOf(second.work))
  first.give('late')
  await new Promise((resolve) => setImmediate(resolve))
  second.give('in time')
  expect(await outcome).toEqual({ type: 'TokenFetched', token: 'in time' })
  await pump.close()
})

test('one thing after another is done for a flow', async () => {
  const pump = new Pump(new ClientConnection(), new MemoryServer(), {})
  function* nonces(): Flow<readonly string[]> {
    yield 'nextEvent'
    const made: string[] = []
    while (made.length < 3) {
      const event = yield { type: 'makeNonce' }
      if (event.type === 'NonceMade') made.push(event.nonce)
    }
    return made
  }
  expect(new Set(await pump.run(nonces())).size).toBe(3)
  await pump.close()
})
