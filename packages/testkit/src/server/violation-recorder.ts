import type { ClientViolation, ClientViolationCode } from './client-violation.ts'
import { escapeOctets } from './escape-octets.ts'
import type { BadOctet } from './line-reader.ts'
import type { Voice } from './voice.ts'

/** What is wrong with a single octet, for people. */
const octetMessages: Readonly<Partial<Record<ClientViolationCode, string>>> = {
  BARE_CR: 'a CR that no LF follows',
  BARE_LF: 'an LF that no CR precedes',
  NUL: 'an octet 0',
  TEXT_LINE_TOO_LONG: 'a line of content of more than 998 octets: this is the 999th',
  EIGHT_BIT_CONTENT: 'content beyond US-ASCII that was not announced as such: this is its first octet',
  UNSTUFFED_DOT: 'a line of content that starts with a dot and no second one',
}

/** Writes violations down, up to a limit, and tells them. */
export class ViolationRecorder {
  readonly #violations: ClientViolation[]
  readonly #voice: Voice
  readonly #limit: number
  /** Octets before that place are not the client's fault. */
  innocentUntil = 0

  constructor(violations: ClientViolation[], voice: Voice, limit: number) {
    this.#violations = violations
    this.#voice = voice
    this.#limit = limit
  }

  found(code: ClientViolationCode, message: string, octets: Uint8Array, position: number): void {
    if (position < this.innocentUntil || this.#violations.length >= this.#limit) return
    const violation = { code, message, octets: escapeOctets(octets), position }
    this.#violations.push(violation)
    this.#voice.tell({ type: 'ViolationFound', violation })
  }

  /** The stream has ended there, amid a line or content, or else without QUIT. */
  ended(amid: boolean, position: number): void {
    const [code, what] = amid
      ? (['UNFINISHED', 'within a line or content'] as const)
      : (['NO_QUIT', 'without QUIT'] as const)
    this.found(code, `the stream ends ${what}`, new Uint8Array(0), position)
  }

  readonly badOctet: BadOctet = (code, octet, position) => {
    this.found(code, octetMessages[code] ?? code, Uint8Array.of(octet), position)
  }
}
