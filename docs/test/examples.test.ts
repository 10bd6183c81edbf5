import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest'
import { pages } from './pages.ts'
import { withStandIns } from './stand-ins.ts'

const root = new URL('../../', import.meta.url).pathname
const folder = join(root, 'docs/test/.examples')

/** Code that is run, and behind it, where the page shows that, what it prints. */
const example = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/gm
/** The same in Python, where it comes before. */
const pythonExample = /^```python\n([\s\S]*?)^```\n\n```ts\n[\s\S]*?^```\n\n```text\n([\s\S]*?)^```$/gm

const withExamples = pages
  .map(({ path, text }) => ({ path, examples: [...text.matchAll(example)] }))
  .filter(({ examples }) => examples.length > 0)

afterEach(() => {
  vi.restoreAllMocks()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(withExamples)('$path', ({ path, examples }) => {
  const numbered = examples.map(([, code = '', printed], i) => ({ number: i + 1, code, printed }))

  test.each(numbered)('example $number does what the page says', async ({ number, code, printed }) => {
    const log: string[] = []
    vi.spyOn(console, 'log').mockImplementation((...words) => log.push(`${format(...words)}\n`))
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${path.replaceAll('/', '-')}-${number}.ts`)
    writeFileSync(file, withServers(code))
    await import(file)
    if (printed !== undefined) expect(log.join('')).toBe(printed)
  })
})

const { text: pageForPython = '' } = pages.find(({ path }) => path === 'docs/smtplib.md') ?? {}
const pythons = [...pageForPython.matchAll(pythonExample)]
const python = spawnSync('python3', ['--version']).status === 0

// Whoever has no Python can work on all else. In CI nobody would miss what is skipped.
describe.skipIf(!python && !process.env['CI'])('docs/smtplib.md, its Python side', () => {
  test.each(pythons.map(([, code = '', printed], i) => ({ number: i + 1, code, printed })))(
    'script $number prints what ours prints',
    async ({ code, printed }) => {
      const env = { ...process.env, SSL_CERT_FILE: inject('exampleAuthority') }
      const { stdout } = await promisify(execFile)('python3', ['-c', withServers(code)], { env })
      expect(stdout.replaceAll('True', 'true')).toBe(printed)
    },
  )
})

function withServers(code: string): string {
  return withStandIns(code, inject('examplePorts'))
}
