import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedServer, startEmbeddedServer } from '../../examples/demo/embedded-server.ts'

const root = resolve(import.meta.dirname, '../..')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Setting {
  readonly server: EmbeddedServer
  /** The file with the certificate of its authority. */
  readonly authority: string
}

/** What the first lines of Deno's example name, and no more. */
const permissions = ({ server, authority }: Setting): readonly string[] => [
  `--allow-net=127.0.0.1:${server.port}`,
  `--allow-read=${authority}`,
]

const runtimes = [
  ['deno', ['run', '--no-prompt'], permissions],
  ['bun', ['run'], () => []],
] as const

/** Runs an example in its runtime. */
function run(runtime: string, options: readonly string[], ...args: readonly string[]): Promise<Ended> {
  const program = join(root, `runtimes/node_modules/.bin/${runtime}`)
  const environment = { cwd: root, env: { ...process.env, NO_COLOR: '1' } }
  return new Promise((resolve) => {
    execFile(program, [...options, `examples/${runtime}.ts`, ...args], environment, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe.each(runtimes)('examples/%s.ts', (runtime, bare, permissionsFor) => {
  let server: EmbeddedServer
  let folder: string
  let authority: string
  let options: readonly string[]
  const url = (password = 'secret') => `smtp://ann:${password}@127.0.0.1:${server.port}`

  beforeAll(async () => {
    server = await startEmbeddedServer({ user: 'ann', pass: 'secret', refused: ['nobody@example.net'] })
    folder = await mkdtemp(join(tmpdir(), 'sansmtp-'))
    authority = join(folder, 'authority.pem')
    await writeFile(authority, server.authority)
    options = [...bare, ...permissionsFor({ server, authority })]
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('sends a message over STARTTLS with AUTH, and ends with 0', async () => {
    const to = ['bob@example.net', 'eve@example.net']
    const ended = await run(runtime, options, '--ca', authority, url(), 'ann@example.org', ...to)
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
    const to = ['nobody@example.net', 'bob@example.net']
    const ended = await run(runtime, options, '--ca', authority, url(), 'ann@example.org', ...to)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toContain('nobody@example.net rejected: 550')
    expect(ended.stdout).toContain('bob@example.net accepted: 250')
  })

  it.each([
    ['an authority that nobody has named', () => [url()], 'CERTIFICATE_UNTRUSTED'],
    ['a wrong password', () => ['--ca', authority, url('wrong')], 'AUTHENTICATION'],
  ])('ends with 1 and says why in a line, for %s', async (_, args, code) => {
    const ended = await run(runtime, options, ...args(), 'ann@example.org', 'bob@example.net')
    expect(ended.code).toBe(1)
    expect(ended.stderr.split('\n')).toEqual([expect.stringMatching(new RegExp(`^${code}: `)), ''])
  })

  it('ends with 2 when it is called without recipients', async () => {
    const ended = await run(runtime, bare, url(), 'ann@example.org')
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage: /) })
  })
})

it('examples/deno.ts says which permission is missing', async () => {
  const ended = await run('deno', ['run', '--no-prompt'], 'smtp://127.0.0.1:1', 'ann@example.org', 'bob@example.net')
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^CONNECTION_FAILED: could not connect to .* permission --allow-net\n$/)
})
