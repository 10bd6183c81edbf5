import { SmtpClient } from '@sansmtp/core/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { errorOf, inClear, scripted } from './connected.ts'
import { settled, turns } from './model-sessions.ts'

const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi' }

test('an abort in the moment in which a call ends is nothing to the next one', async () => {
  let [aborted, ended] = [0, 0]
  for (let moment = 0; moment < 60; moment += 1) {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, inClear)
    const controller = new AbortController()
    const report = client.deliver(delivery, { signal: controller.signal }).catch((error) => ({ ok: false, error }))
    await turns(moment)
    controller.abort()
    const { ok } = await report
    if (ok) expect(await client.noop()).toMatchObject({ code: 250 })
    if (ok) ended += 1
    else aborted += 1
  }
  expect(Math.min(aborted, ended)).toBeGreaterThan(0)
})

test.each([
  ['abort', (_: SmtpClient, controller: AbortController) => controller.abort()],
  ['close', (client: SmtpClient) => void client.close()],
])('%s by whoever sees the last reply of a call does not reach into the next one', async (way, end) => {
  const server = new MemoryServer()
  const controller = new AbortController()
  const client: SmtpClient = await SmtpClient.over(server, {
    ...inClear,
    onTranscript: ({ text }) => {
      if (text === '250 2.0.0 stored') end(client, controller)
    },
  })
  expect(await client.deliver(delivery, { signal: controller.signal })).toMatchObject({ ok: true })
  if (way === 'abort') expect(await client.noop()).toMatchObject({ code: 250 })
  else expect(await errorOf(client.noop())).toMatchObject({ code: 'NOT_CONNECTED' })
})

test('close in the moment in which a call ends closes', async () => {
  for (let moment = 0; moment < 60; moment += 1) {
    const { client } = await scripted()
    const noop = client.noop().catch(() => {})
    await turns(moment)
    void client.close()
    await noop
    expect(client.connected).toBe(false)
  }
})

test('what the server says in the moment in which a call ends is seen at once', async () => {
  for (let moment = 0; moment < 40; moment += 1) {
    const { client, server } = await scripted()
    const noop = client.noop().catch(() => {})
    await turns(moment)
    server.say('421 4.3.2 shutting down')
    await noop
    await vi.waitFor(() => expect(client.connected).toBe(false), { interval: 1 })
  }
})

describe('the timer of a call', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('serves the next one, ends none that was not waited for, and goes by itself when there is none', async () => {
    const { client, answers } = await scripted({}, { timeouts: { command: 100 } })
    await client.noop()
    await client.noop()
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(60)
    answers['NOOP'] = null
    const noop = errorOf(client.noop())
    await settled()
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(99)
    await settled()
    expect(client.connected).toBe(true)
    vi.advanceTimersByTime(1)
    expect(await noop).toMatchObject({ code: 'TIMEOUT', phase: 'command' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('runs out between calls without consequence', async () => {
    const { client } = await scripted({}, { timeouts: { command: 100 } })
    await client.noop()
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(0)
    expect(await client.noop()).toMatchObject({ code: 250 })
    await client.close()
  })

  test.each(['close', 'quit', 'the server'])('does not outlive a connection that %s has ended', async (end) => {
    const { client, server } = await scripted()
    await client.noop()
    expect(vi.getTimerCount()).toBe(1)
    if (end === 'close') await client.close()
    else if (end === 'quit') await client.quit()
    else server.say('421 4.3.2 shutting down')
    await settled()
    expect(client.connected).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('octets that are no whole reply give the server no more time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const { client, server, answers } = await scripted({}, { timeouts: { command: 100 } })
    answers['NOOP'] = null
    const noop = errorOf(client.noop())
    await settled()
    for (let i = 0; i < 9; i += 1) {
      server.say('250-patience')
      await settled()
      vi.advanceTimersByTime(10)
      await settled()
    }
    expect(client.connected).toBe(true)
    vi.advanceTimersByTime(10)
    expect(await noop).toMatchObject({ code: 'TIMEOUT', phase: 'command' })
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
