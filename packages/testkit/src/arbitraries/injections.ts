import fc from 'fast-check'
import { control } from './characters.ts'

/**
 * A text of the given arbitrary with a control in it, at any place: a single one, or a line break with a command
 * behind it. Whatever goes into a command line must be refused with such a text.
 */
export function injected(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const payload = fc.oneof({ weight: 3, arbitrary: control() }, { weight: 1, arbitrary: fc.constantFrom(...commands) })
  return fc.tuple(texts, payload, fc.nat()).map(([text, payload, place]) => {
    const index = place % (text.length + 1)
    return text.slice(0, index) + payload + text.slice(index)
  })
}

const commands = ['\r\nRCPT TO:<mallory@example.org>', '\nRSET', '\rQUIT', '\r\n', '\r\n.\r\n', '\0\r\nDATA']
