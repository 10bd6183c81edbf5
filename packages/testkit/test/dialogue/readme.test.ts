import { readFileSync } from 'node:fs'
import { parseDialogue, runDialogue } from '@sansmtp/testkit'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../../src/dialogue/README.md', import.meta.url), 'utf8')

test('the example runs', () => {
  const examples = Array.from(readme.matchAll(/^```dialogue\n(.*?)^```$/gms), ([, text = '']) => text)
  expect(examples).toHaveLength(1)
  for (const text of examples) expect(runDialogue(parseDialogue(text)).at(-1)).toBe('closed')
})

test('every expectation that is shown can be written', () => {
  const section = readme.slice(readme.indexOf('## Expectations'), readme.indexOf('## Recording'))
  const shown = Array.from(section.matchAll(/(?:^|\s{2,})= (\S+(?: \S+)*)/gm), ([, text = '']) => text)
  expect(shown.length).toBeGreaterThan(15)
  for (const text of shown) expect(() => parseDialogue(`# x\n= ${text}\n`)).not.toThrow()
})
