import { type Address, type ConnectOptions, type ConnectRequest, LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { errorOf } from './connected.ts'

const clientName = 'bar.example'

/** What the adapter is asked for, and what is said to the server. */
async function dialled(kind: typeof SmtpClient | typeof LmtpClient, address: object, options?: ConnectOptions) {
  const server = new MemoryServer({
    protocol: kind === LmtpClient ? 'lmtp' : 'smtp',
    keywords: ['STARTTLS', 'AUTH PLAIN'],
  })
  const requests: ConnectRequest[] = []
  const connect = async (request: ConnectRequest) => {
    requests.push(request)
    return server
  }
  await kind.connectBy(connect, address as Address, options)
  const { signal: _, ...request } = requests[0] ?? expect.unreachable()
  return { request, said: server.lines }
}

describe('an object says where to and how', () => {
  test.each<[typeof SmtpClient | typeof LmtpClient, object, object]>([
    [SmtpClient, { host: 'mail.example' }, { target: { host: 'mail.example', port: 25 } }],
    [SmtpClient, { host: '::1', port: 587 }, { target: { host: '::1', port: 587 } }],
    [SmtpClient, { host: 'mail.example', localAddress: '::2' }, { target: { port: 25 }, localAddress: '::2' }],
    [
      SmtpClient,
      { host: 'mail.example', tls: 'implicit' },
      { target: { port: 465 }, tls: { serverName: 'mail.example' } },
    ],
    [LmtpClient, { host: 'mail.example' }, { target: { host: 'mail.example', port: 2003 } }],
    [LmtpClient, { path: '/run/lmtp' }, { target: { path: '/run/lmtp' } }],
  ])('%o %j', async (kind, address, request) => {
    expect((await dialled(kind, { clientName, ...address })).request).toMatchObject(request)
  })

  test('with options among it, which those beside it overrule', async () => {
    const auth = { user: 'ann', pass: 'secret' }
    const address = { host: 'mail.example', clientName: 'foo.example', tls: 'off', auth, allowInsecureAuth: true }
    expect((await dialled(SmtpClient, address)).said).toEqual(['EHLO foo.example', 'AUTH PLAIN AGFubgBzZWNyZXQ='])
    expect((await dialled(SmtpClient, address, { clientName, stepwise: true })).said).toEqual([])
    expect((await dialled(SmtpClient, address, { clientName, tls: 'required' })).said.slice(0, 3)).toEqual([
      'EHLO bar.example',
      'STARTTLS',
      'EHLO bar.example',
    ])
  })

  test('with credentials beside a URL, which count more than those in it', async () => {
    const auth = { user: 'ann', pass: 'secret' }
    const options = { clientName, tls: 'off', allowInsecureAuth: true, auth } as const
    const { said } = await dialled(SmtpClient, 'smtp://bob:other@mail.example' as never, options)
    expect(said).toEqual(['EHLO bar.example', 'AUTH PLAIN AGFubgBzZWNyZXQ='])
  })

  test.each<[object | null, string]>([
    [{ host: 'mail.example', tsl: 'off' }, 'tsl'],
    [{ host: 'mail.example', port: '25' }, 'port'],
    [{ host: 'mail.example', path: '/run/lmtp' }, 'host'],
    [{ port: 25 }, 'host'],
    [{}, 'host'],
    [null, 'address'],
  ])('and %j is refused by name', async (address, field) => {
    const call = LmtpClient.connectBy(() => expect.unreachable(), address as never)
    expect(await errorOf(call)).toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })
})
