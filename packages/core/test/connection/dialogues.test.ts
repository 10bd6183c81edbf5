import { readdirSync, readFileSync } from 'node:fs'
import { parseDialogue, runDialogue } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'

const folder = new URL('../dialogues/', import.meta.url)

describe.each(readdirSync(folder))('%s', (file) => {
  const dialogue = parseDialogue(readFileSync(new URL(file, folder), 'utf8'))

  test(dialogue.title, () => {
    expect(runDialogue(dialogue).length).toBeGreaterThan(0)
  })

  test('tells the same at every split of what the server sends', () => {
    const whole = runDialogue(dialogue)
    const byteByByte = (bytes: Uint8Array) => Array.from(bytes, (octet) => Uint8Array.of(octet))
    expect(runDialogue(dialogue, byteByByte)).toEqual(whole)
    const longest = Math.max(
      ...dialogue.steps.map((step) => (step.type === 'server' ? step.lines.join('\r\n').length + 2 : 0)),
    )
    for (let at = 0; at <= longest; at += 1) {
      expect(runDialogue(dialogue, (bytes) => [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
    }
  })
})
