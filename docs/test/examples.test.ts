import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, inject, test, vi } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const folder = join(root, 'docs/test/.examples')

/** Code that is run, and behind it, where the page shows that, what it prints. */
const example = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/gm
/** The same in Python, where it comes before. */
const pythonExample = /^```python\n([\s\S]*?)^```\n\n```ts\n[\s\S]*?^```\n\n```text\n([\s\S]*?)^```$/gm

const pages = readdirSync(join(root, 'docs'))
  .map((name) => `docs/${name}`)
  .concat('README.md', 'ARCHITECTURE.md')
  .filter((name) => name.endsWith('.md'))
  .map((page) => ({ page, examples: [...readFileSync(join(root, page), 'utf8').matchAll(example)] }))
  .filter(({ examples }) => examples.length > 0)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(pages)('$page', ({ page, examples }) => {
  const numbered = examples.map(([, code = '', printed], i) => ({ number: i + 1, code, printed }))

  test.each(numbered)('example $number does what the page says', async ({ number, code, printed }) => {
    const log: string[] = []
    vi.spyOn(console, 'log').mockImplementation((...words) => log.push(`${words.join(' ')}\n`))
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${page.replaceAll('/', '-')}-${number}.ts`)
    writeFileSync(file, withServers(code))
    await import(file)
    vi.restoreAllMocks()
    if (printed !== undefined) expect(log.join('')).toBe(printed)
  })
})

const page = 'docs/smtplib.md'
const pythons = [...readFileSync(join(root, page), 'utf8').matchAll(pythonExample)]
const python = spawnSync('python3', ['--version']).status === 0

// Whoever has no Python can work on all else. In CI nobody would miss what is skipped.
describe.skipIf(!python && !process.env['CI'])(`${page}, its Python side`, () => {
  test.each(pythons.map(([, code = '', printed], i) => ({ number: i + 1, code, printed })))(
    'script $number prints what ours prints',
    async ({ code, printed }) => {
      const env = { ...process.env, SSL_CERT_FILE: inject('exampleAuthority') }
      const { stdout } = await promisify(execFile)('python3', ['-c', withServers(code)], { env })
      expect(stdout.replaceAll('True', 'true')).toBe(printed)
    },
  )
})

/** The example servers in the place of those that the page names. */
function withServers(code: string): string {
  return Object.entries(inject('examplePorts')).reduce(
    (changed, [port, actual]) =>
      changed
        .replaceAll(`mail.example:${port}`, `localhost:${actual}`)
        .replaceAll(`'mail.example', ${port}`, `'localhost', ${actual}`),
    code,
  )
}
