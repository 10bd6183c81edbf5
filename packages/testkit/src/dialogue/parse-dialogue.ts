import type { ClientConnectionOptions } from '@sansmtp/core'
import { type Dialogue, happenings, type Step } from './dialogue.ts'
import { DialogueSyntaxError } from './dialogue-errors.ts'
import { isEnded, octetsOf } from './escapes.ts'
import { expectationForms, isExpectation } from './expectation.ts'
import { withSetting } from './settings.ts'

const marks = '# (a comment), @ (a setting), S:, C:, C+, C!, ! or ='

/**
 * Reads a dialogue. `README.md` beside this file has the grammar; in short:
 *
 *     # RFC 5321 D.2: an aborted transaction     the title comes first
 *     @ protocol lmtp                            then settings
 *     S: 220 foo.com ready                       what the server sends
 *     C: EHLO bar.com                            what the client sends, content as it goes over the wire
 *     C+ QUIT                                    what it queues and can't send yet
 *     C! RCPT TO:<a@b.example>                   what it may not send here
 *     ! eof                                      what happens: eof, tls, timeout, abort
 *     = state ready                              what must hold, or have happened in the step before
 *
 * @throws {DialogueSyntaxError} which names the line and what was expected there
 */
export function parseDialogue(text: string): Dialogue {
  const reader = new DialogueReader()
  const lines = text.split(/\r?\n/)
  for (const [index, line] of lines.entries()) reader.read(line, index + 1)
  return reader.finish(lines.length)
}

class DialogueReader {
  #title: string | undefined
  #options: ClientConnectionOptions = {}
  readonly #steps: Step[] = []

  read(line: string, at: number): void {
    if (line.trim() === '') return
    const [mark = ''] = line.split(' ', 1)
    const rest = line.slice(mark.length + 1)
    if (this.#title === undefined) this.#readTitle(mark, rest, line, at)
    else if (mark === '@') this.#readSetting(rest, at)
    else if (mark !== '#') this.#steps.push(...this.#stepOf(mark, rest, line, at))
  }

  finish(at: number): Dialogue {
    if (this.#title === undefined) throw new DialogueSyntaxError(at, 'a title: # and a text', '')
    if (this.#steps.length === 0) throw new DialogueSyntaxError(at, 'at least one step', '')
    return { title: this.#title, options: this.#options, steps: this.#steps }
  }

  #readTitle(mark: string, rest: string, line: string, at: number): void {
    if (mark !== '#' || rest.trim() === '') throw new DialogueSyntaxError(at, 'a title first: # and a text', line)
    this.#title = rest.trim()
  }

  #readSetting(rest: string, at: number): void {
    if (this.#steps.length > 0) throw new DialogueSyntaxError(at, 'settings before the first step', `@ ${rest}`)
    this.#options = withSetting(this.#options, rest, at)
  }

  /** The step to add; it takes the place of the last one where it continues it. */
  #stepOf(mark: string, text: string, whole: string, at: number): Step[] {
    const line = { text, at }
    if (['S:', 'C:', 'C+', 'C!'].includes(mark)) octetsOf(line, whole)
    switch (mark) {
      case 'C:':
      case 'S:': {
        const type = mark === 'C:' ? 'client' : 'server'
        const last = this.#steps.at(-1)
        if (last?.type !== type) return [{ type, lines: [line] }]
        this.#steps.pop()
        return [{ type, lines: [...last.lines, line] }]
      }
      case 'C+':
      case 'C!':
        if (!isEnded(text)) throw new DialogueSyntaxError(at, 'a whole command, no lone backslash behind it', whole)
        return [{ type: mark === 'C+' ? 'queued' : 'illegal', line }]
      case '!': {
        const what = happenings.find((happening) => happening === text)
        if (what === undefined) throw new DialogueSyntaxError(at, `! ${happenings.join(', ! ')}`, whole)
        return [{ type: 'happening', what, at }]
      }
      case '=':
        if (!isExpectation(text)) throw new DialogueSyntaxError(at, expectationForms, whole)
        return [{ type: 'expectation', line }]
      default:
        throw new DialogueSyntaxError(at, marks, whole)
    }
  }
}
