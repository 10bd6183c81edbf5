import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { answering, errorOf, inClear, lmtp, scripted, smtp } from './connected.ts'

describe('quit', () => {
  test.each([
    ['SMTP', smtp],
    ['LMTP', lmtp],
  ])('in %s ends the session and gives the reply', async (_, connect) => {
    const { client, server, said } = await connect()
    expect(await client.quit()).toMatchObject({ code: 221, text: 'bye' })
    expect(said()).toEqual(['QUIT'])
    expect(server.closed).toBe(true)
    expect(client).toMatchObject({ connected: false, authenticated: false })
    expect(client.capabilities.keywords).toEqual([])
  })

  test.each([250, 421, 451, 500, 550])('gives a %i as it is, and the session is over all the same', async (code) => {
    const { client, server } = await smtp({ answer: answering({ QUIT: `${code} so be it` }) })
    expect(await client.quit()).toMatchObject({ code })
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('gives nothing where the server hangs up instead of answering', async () => {
    const { client, server, answers } = await scripted()
    answers['QUIT'] = null
    const quit = client.quit()
    await vi.waitFor(() => expect(server.lines).toContain('QUIT'))
    server.end()
    expect(await quit).toBe(undefined)
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('gives nothing where the connection breaks amid the reply', async () => {
    const { client, server, answers } = await scripted()
    answers['QUIT'] = '221-and'
    server.read = () => Promise.reject(new Error('ECONNRESET'))
    expect(await client.quit()).toBe(undefined)
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('gives nothing where it can not be written', async () => {
    const { client, server } = await smtp()
    const write = vi.spyOn(server, 'write').mockRejectedValue(new Error('EPIPE'))
    const quit = client.quit()
    await vi.waitFor(() => expect(write).toHaveBeenCalledOnce())
    server.end()
    expect(await quit).toBe(undefined)
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('gives nothing where the server is silent for too long', async () => {
    const { client, server } = await smtp({ answer: answering({ QUIT: null }) }, { timeouts: { quit: 20 } })
    expect(await client.quit()).toBe(undefined)
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('gives nothing where it is aborted under way', async () => {
    const { client, server } = await smtp({ answer: answering({ QUIT: null }) })
    const controller = new AbortController()
    const quit = client.quit({ signal: controller.signal })
    await vi.waitFor(() => expect(server.lines).toContain('QUIT'))
    controller.abort()
    expect(await quit).toBe(undefined)
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test.each([
    ['before EHLO', { stepwise: true }, async () => {}],
    ['amid a transaction', {}, async (client: SmtpClient) => void (await client.mail(''))],
  ])('may be said %s', async (_, session, before) => {
    const { client } = await smtp({}, session)
    await before(client)
    expect(await client.quit()).toMatchObject({ code: 221 })
  })

  test.each([
    ['quit', (client: SmtpClient) => client.quit()],
    ['close', (client: SmtpClient) => client.close()],
  ])('after %s says that nothing is connected', async (_, end) => {
    const { client, said } = await smtp()
    await end(client)
    said()
    expect(await errorOf(client.quit())).toMatchObject({ code: 'NOT_CONNECTED' })
    expect(said()).toEqual([])
  })

  test('twice at once is done once', async () => {
    const { client, said } = await smtp()
    const [first, second] = await Promise.allSettled([client.quit(), client.quit()])
    expect(first).toMatchObject({ status: 'fulfilled', value: { code: 221 } })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'NOT_CONNECTED' } })
    expect(said()).toEqual(['QUIT'])
  })
})

describe('await using', () => {
  test.each([
    ['SMTP', SmtpClient],
    ['LMTP', LmtpClient],
  ] as const)('in %s says QUIT and closes', async (_, kind) => {
    const server = new MemoryServer({ protocol: kind === LmtpClient ? 'lmtp' : 'smtp' })
    {
      await using client = await kind.over(server, inClear)
      await client.noop()
    }
    expect(server.lines.slice(1)).toEqual(['NOOP', 'QUIT'])
    expect(server.closed).toBe(true)
  })

  test('says QUIT where an error leaves the block, and lets it through', async () => {
    const server = new MemoryServer()
    const mine = new Error('mine')
    const block = async () => {
      await using client = await SmtpClient.over(server, inClear)
      await client.mail('a@bar.example')
      throw mine
    }
    await expect(block()).rejects.toBe(mine)
    expect(server.lines.slice(1)).toEqual(['MAIL FROM:<a@bar.example>', 'QUIT'])
    expect(server.closed).toBe(true)
  })

  test.each<[string, (client: SmtpClient, server: MemoryServer) => unknown, readonly string[]]>([
    ['after quit', (client) => client.quit(), ['QUIT']],
    ['after close', (client) => client.close(), []],
    ['after QUIT as a command', (client) => client.command('QUIT'), ['QUIT']],
    ['after the server has hung up', (_, server) => server.end(), []],
    ['after 421', (client) => client.command('BYE'), ['BYE']],
    ['where closing fails', (_, server) => vi.spyOn(server, 'close').mockRejectedValue(new Error('no')), ['QUIT']],
  ])('throws nothing %s', async (_, end, lines) => {
    const server = new MemoryServer({ answer: answering({ BYE: '421 bye' }) })
    let disposed: SmtpClient | undefined
    {
      await using client = await SmtpClient.over(server, inClear)
      disposed = client
      await end(client, server)
    }
    expect(disposed.connected).toBe(false)
    expect(server.lines.slice(1)).toEqual(lines)
  })

  test('throws nothing where QUIT is never answered, and closes', async () => {
    const server = new MemoryServer({ answer: answering({ QUIT: null }) })
    {
      await using _client = await SmtpClient.over(server, { ...inClear, timeouts: { quit: 20 } })
    }
    expect(server.closed).toBe(true)
  })

  test('lets what was begun before end first', async () => {
    const server = new MemoryServer()
    let noop: Promise<unknown>
    {
      await using client = await SmtpClient.over(server, inClear)
      noop = client.noop()
    }
    expect(await noop).toMatchObject({ code: 250 })
    expect(server.lines.slice(1)).toEqual(['NOOP', 'QUIT'])
  })
})
