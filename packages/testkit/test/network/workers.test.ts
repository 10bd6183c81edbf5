import type { DeriveKey, FetchToken, Flow, MakeNonce, Work, WorkDone } from '@sansmtp/core'
import { type FlowOptions, VirtualClient, type Workers } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { smallServer } from './scripted-peer.ts'

const makeNonce: MakeNonce = { type: 'makeNonce' }
const deriveKey: DeriveKey = {
  type: 'deriveKey',
  derivation: {
    hash: 'SHA-1',
    password: new TextEncoder().encode('password'),
    salt: new TextEncoder().encode('salt'),
    iterations: 2,
    length: 20,
  },
}
const fetchToken = (provider: () => string): FetchToken => ({
  type: 'fetchToken',
  provider,
  request: { user: 'ann', mechanism: 'XOAUTH2' },
})

/** What a flow is told that has these things done one after another. */
function outcomes(works: readonly Work[], options: FlowOptions = {}, workers: Partial<Workers> = {}) {
  const client = new VirtualClient({ server: smallServer([]), workers })
  return client.run(function* (): Flow<readonly WorkDone[]> {
    const done: WorkDone[] = []
    for (const work of works) {
      let event = yield work
      while (event.type === 'GreetingReceived') event = yield 'nextEvent'
      done.push(event as WorkDone)
    }
    return done
  }, options)
}

describe('what a flow can’t do itself is done for it', () => {
  test('with other nonces each time, the same ones for each client', () => {
    for (const _ of 'ab') {
      expect(outcomes([makeNonce, makeNonce]).result).toEqual([
        { type: 'NonceMade', nonce: 'nonce-1' },
        { type: 'NonceMade', nonce: 'nonce-2' },
      ])
    }
  })

  test('with the key of RFC 6070', () => {
    const key = Uint8Array.from(Buffer.from('ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957', 'hex'))
    expect(outcomes([deriveKey]).result).toEqual([{ type: 'KeyDerived', key }])
  })

  test('with the token of the provider, or what it throws', () => {
    const error = new Error('no network')
    const failing = fetchToken(() => {
      throw error
    })
    expect(outcomes([fetchToken(() => 'abc'), failing]).result).toEqual([
      { type: 'TokenFetched', token: 'abc' },
      { type: 'TokenFailed', error },
    ])
  })

  test('by workers of one’s own', () => {
    const workers: Partial<Workers> = {
      makeNonce: () => 'mine',
      deriveKey: ({ length }) => new Uint8Array(length),
      fetchToken: ({ user }) => `a token of ${user}`,
    }
    expect(outcomes([makeNonce, deriveKey, fetchToken(() => 'x')], {}, workers).result).toEqual([
      { type: 'NonceMade', nonce: 'mine' },
      { type: 'KeyDerived', key: new Uint8Array(20) },
      { type: 'TokenFetched', token: 'a token of ann' },
    ])
  })

  test('in as much virtual time as it is to take', () => {
    expect(outcomes([makeNonce, deriveKey], { workTakes: 70 }).milliseconds).toBe(140)
    expect(outcomes([makeNonce, deriveKey]).milliseconds).toBe(0)
  })
})

test('work that nobody waits for any more is dropped with the flow', () => {
  const client = new VirtualClient({ server: smallServer([]) })
  const run = client.run(
    function* (): Flow<string> {
      const event = yield makeNonce
      return event.type
    },
    { workTakes: 1000 },
  )
  expect(run.result).toBe('GreetingReceived')
  const next = client.run(function* (): Flow<string> {
    return (yield makeNonce).type
  })
  expect([next.result, client.now]).toEqual(['NonceMade', 0])
})
