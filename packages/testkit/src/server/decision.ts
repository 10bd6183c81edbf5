import { encodeUtf8, InvalidArgumentError } from '@sansmtp/core'
import type { PolicyAnswer, RawAnswer, ReplyAnswer } from './policy.ts'
import { type GivenReply, renderReply, type ServerReply, usualReply } from './server-reply.ts'

/** What the server does at a moment. */
export interface Decision {
  /** Absent where nothing is said and nothing changes. */
  readonly reply?: GivenReply
  /** What goes out; empty where the reply is kept back. */
  readonly bytes: Uint8Array
  /** The connection is closed behind it. */
  readonly close: boolean
}

const nothing = new Uint8Array(0)

/**
 * Makes a policy's answer into what is done.
 *
 * @throws {InvalidArgumentError} when the answer is not a reply
 */
export function decide(answer: PolicyAnswer, usual: ServerReply, enhanced: boolean): Decision {
  if (answer === 'silence' || answer === 'close') return { bytes: nothing, close: answer === 'close' }
  if (typeof answer === 'string') return fromText(answer)
  if (typeof answer === 'object' && 'raw' in answer) return fromRaw(answer)
  const written = typeof answer === 'object' ? fromAnswer(answer) : undefined
  const reply = written ?? (answer === undefined || answer === usual.code ? usual : usualReply(answer as number))
  checkCode(reply.code)
  const { unsaid = false, close = false } = typeof answer === 'object' ? answer : {}
  return {
    reply: { ...reply, said: !unsaid },
    bytes: unsaid ? nothing : encodeUtf8(renderReply(reply, enhanced)),
    close: close || reply.code === 421,
  }
}

function fromAnswer({ code, lines, enhancedCode }: ReplyAnswer): ServerReply {
  const usual = usualReply(code)
  const texts = lines === undefined ? usual.lines : typeof lines === 'string' ? lines.split('\n') : lines
  const enhanced = enhancedCode ?? (lines === undefined ? usual.enhancedCode : undefined)
  return enhanced === undefined ? { code, lines: texts } : { code, enhancedCode: enhanced, lines: texts }
}

/** A reply as it goes out; the text may begin with an enhanced code. */
function fromText(text: string): Decision {
  const lines = text.split('\n')
  const code = codeOf(text)
  checkCode(code)
  // All lines but the last one have a hyphen behind the code, whether it was written or not.
  const rendered = lines.map((line, i) => `${line.slice(0, 3)}${i < lines.length - 1 ? '-' : ' '}${line.slice(4)}\r\n`)
  const texts = lines.map((line) => line.slice(4))
  const enhancedCode = /^\d\.\d{1,3}\.\d{1,3}(?= |$)/.exec(texts[0] ?? '')?.[0]
  const reply = { code, lines: texts, said: true, ...(enhancedCode !== undefined && { enhancedCode }) }
  return { reply, bytes: encodeUtf8(rendered.join('')), close: code === 421 }
}

function fromRaw({ raw, close = false }: RawAnswer): Decision {
  const bytes = typeof raw === 'string' ? encodeUtf8(raw) : raw.slice()
  const text = typeof raw === 'string' ? raw : String.fromCharCode(...raw.subarray(0, 3))
  const code = codeOf(text)
  const lines = typeof raw === 'string' ? raw.split(/\r?\n/).filter((line) => line !== '') : []
  return { reply: { code, lines, said: true }, bytes, close: close || code === 421 }
}

function codeOf(text: string): number {
  return /^[2-5]\d\d/.test(text) ? Number(text.slice(0, 3)) : 0
}

function checkCode(code: number): void {
  if (!Number.isInteger(code) || code < 200 || code > 599) {
    throw new InvalidArgumentError('policy', 'must answer a reply with a code from 200 to 599', String(code))
  }
}
