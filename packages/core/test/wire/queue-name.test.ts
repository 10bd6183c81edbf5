import { encodeCommand, queueName } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

describe('what ETRN names (RFC 1985 §5)', () => {
  test.each([['example.org'], ['localhost'], ['[192.0.2.7]'], ['@example.org'], ['#uucp'], ['#a@b']])(
    'may be %s',
    (node) => {
      expect(queueName(node)).toBe(node)
    },
  )

  test('has A-labels for a domain beyond US-ASCII', () => {
    expect(queueName('bücher.example')).toBe('xn--bcher-kva.example')
    expect(queueName('@bücher.example')).toBe('@xn--bcher-kva.example')
  })

  test.each(['', '@', '#', '#a b', '#ä', '@@a.example', 'a b', 'a..b', '-', 'a.example\r\nQUIT', '#a\r\n'])(
    'is not %j',
    (node) => {
      const error = thrownBy(() => queueName(node))
      expect(error.field).toBe('node')
      expect(error.message).not.toMatch(/[\r\n]/)
    },
  )

  test('is refused or one word of a line', () => {
    const node = fc
      .array(fc.constantFrom('@', '#', 'a', '.', 'example', ' ', '\r\n', '[', ']', 'ü', '\0'))
      .map((words) => words.join(''))
    holds(
      fc.property(node, (node) => {
        let argument: string
        try {
          argument = queueName(node)
        } catch {
          thrownBy(() => queueName(node))
          return
        }
        expect(encodeCommand({ verb: 'ETRN', argument }).line).toMatch(/^ETRN [\x21-\x7e]+$/)
      }),
    )
  })
})
