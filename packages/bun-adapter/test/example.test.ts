import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedServer, startEmbeddedServer } from '../../../examples/demo/embedded-server.ts'
import { runBun } from './run-bun.ts'

const run = (...args: readonly string[]) => runBun('examples/bun.ts', args)

describe('examples/bun.ts', () => {
  let server: EmbeddedServer
  let folder: string
  let authority: string
  const url = (password = 'secret') => `smtp://ann:${password}@127.0.0.1:${server.port}`

  beforeAll(async () => {
    server = await startEmbeddedServer({ user: 'ann', pass: 'secret', refused: ['nobody@example.net'] })
    folder = await mkdtemp(join(tmpdir(), 'sansmtp-'))
    authority = join(folder, 'authority.pem')
    await writeFile(authority, server.authority)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('sends a message over STARTTLS with AUTH, and ends with 0', async () => {
    const ended = await run('--ca', authority, url(), 'ann@example.org', 'bob@example.net', 'eve@example.net')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('sent     STARTTLS')
    expect(ended.stdout).toContain('bob@example.net accepted: 250')
    expect(ended.stdout).toContain('eve@example.net accepted: 250')
    expect(ended.stdout).not.toContain('secret')
    expect(server.received.map(String)).toEqual([
      expect.stringMatching(
        /^From: ann@example\.org\r\nTo: bob@example\.net, eve@example\.net\r\n.*own sockets\.\r\n$/s,
      ),
    ])
  })

  it('ends with 1 and tells of each recipient when one is refused', async () => {
    const ended = await run('--ca', authority, url(), 'ann@example.org', 'nobody@example.net', 'bob@example.net')
    expect(ended.code).toBe(1)
    expect(ended.stdout).toContain('nobody@example.net rejected: 550')
    expect(ended.stdout).toContain('bob@example.net accepted: 250')
  })

  it.each([
    ['an authority that nobody has named', () => [url()], 'CERTIFICATE_UNTRUSTED'],
    ['a wrong password', () => ['--ca', authority, url('wrong')], 'AUTHENTICATION'],
  ])('ends with 1 and says why in a line, for %s', async (_, args, code) => {
    const ended = await run(...args(), 'ann@example.org', 'bob@example.net')
    expect(ended.code).toBe(1)
    expect(ended.stderr.split('\n')).toEqual([expect.stringMatching(new RegExp(`^${code}: `)), ''])
  })

  it('ends with 2 when it is called without recipients', async () => {
    const ended = await run(url(), 'ann@example.org')
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage: /) })
  })
})
