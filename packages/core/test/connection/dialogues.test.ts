import { byteByByte, type Dialogue, formatDialogue, parseDialogue, runDialogue } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'

/** By vite, so that a browser has them too. */
const texts = new Map(
  Object.entries(import.meta.glob<string>('../dialogues/*.txt', { query: '?raw', import: 'default', eager: true })).map(
    ([path, text]) => [path.replace(/^.*\//, ''), text],
  ),
)
const files = [...texts.keys()]

/** What the title begins with, by what the file's name does. */
const origins: Readonly<Record<string, string>> = {
  'postfix-3.7': 'Postfix 3.7',
  'exim-4.96': 'Exim 4.96',
  'dovecot-2.3': 'Dovecot 2.3',
  'aiosmtpd-1.4': 'aiosmtpd 1.4',
  'smtp-server-3.21': 'smtp-server 3.21',
  'smtp-sink-3.7': 'smtp-sink 3.7',
}

function textOf(file: string): string {
  return texts.get(file) as string
}

function read(file: string): Dialogue {
  return parseDialogue(textOf(file))
}

function originOf(file: string): string | undefined {
  const [, rfc, section = ''] = /^rfc(\d{4})-(d\.\d|\d+(?:\.\d+)*)(?:-[a-z0-9]+)+\.txt$/.exec(file) ?? []
  if (rfc !== undefined) return `RFC ${rfc} ${section.startsWith('d') ? section.toUpperCase() : `§${section}`}`
  const [, server = ''] = /^([a-z-]+-\d+\.\d+)(?:-[a-z0-9]+)+\.txt$/.exec(file) ?? []
  return origins[server]
}

/** The octets of the longest server step, escapes counted as they are written, which is never less. */
function longestServerStep({ steps }: Dialogue): number {
  return Math.max(0, ...steps.map((step) => (step.type === 'server' ? written(step.lines) : 0)))
}

function written(lines: readonly { readonly text: string }[]): number {
  return lines.reduce((length, { text }) => length + Buffer.byteLength(text) + 2, 0)
}

describe.each(files)('%s', (file) => {
  const dialogue = read(file)

  test(dialogue.title, () => {
    expect(runDialogue(dialogue).length).toBeGreaterThan(0)
  })

  thorough('tells the same at every split of what the server sends', () => {
    const whole = runDialogue(dialogue)
    expect(runDialogue(dialogue, byteByByte)).toEqual(whole)
    for (let at = 0; at <= longestServerStep(dialogue); at += 1) {
      expect(runDialogue(dialogue, (bytes) => [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
    }
  })
})

test('there are dialogues enough, and from every kind of server', () => {
  expect(files.length).toBeGreaterThanOrEqual(150)
  for (const server of Object.keys(origins)) expect(files.some((file) => file.startsWith(server))).toBe(true)
})

test.each(files)('%s is named after the origin that its title begins with', (file) => {
  const origin = originOf(file)
  const { title } = read(file)
  expect(title.slice(0, origin?.length)).toBe(origin)
  expect(title.slice(origin?.length).charAt(0)).toMatch(/[ :]/)
})

test('no two have the same title or the same steps', () => {
  const seen = new Map<string, string>()
  for (const file of files) {
    const dialogue = read(file)
    for (const what of [dialogue.title, formatDialogue({ ...dialogue, title: 'x' })]) {
      expect(seen.get(what)).toBeUndefined()
      seen.set(what, file)
    }
  }
})

test.each(files)('%s is written as it is formatted, but for comments', (file) => {
  const text = textOf(file)
  const trimmed = (lines: string) => lines.split('\n').map((line) => line.trimEnd())
  expect(trimmed(formatDialogue(parseDialogue(text)))).toEqual(trimmed(text))
})
