import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test, vi } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const folder = join(root, 'docs/test/.examples')

/** Code that is run, and behind it, where the page shows that, what it prints. */
const example = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/gm

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
    writeFileSync(file, code.replaceAll('mail.example:587', `localhost:${inject('examplePort')}`))
    await import(file)
    vi.restoreAllMocks()
    if (printed !== undefined) expect(log.join('')).toBe(printed)
  })
})
