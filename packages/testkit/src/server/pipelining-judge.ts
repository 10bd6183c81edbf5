import type { ReceivedLine } from './line-reader.ts'
import type { OctetQueue } from './octet-queue.ts'
import type { ViolationRecorder } from './violation-recorder.ts'

/** Octets that are shown of what came too early. */
const shown = 80

/** Finds what came before the client can have seen the reply to what precedes it (RFC 2920 §3.1). */
export class PipeliningJudge {
  readonly #input: OctetQueue
  readonly #violations: ViolationRecorder
  #startTlsBroken = false
  #mailWaitsUntil = 0

  constructor(input: OctetQueue, violations: ViolationRecorder) {
    this.#input = input
    this.#violations = violations
  }

  /** Nothing was said yet at all. */
  beforeGreeting(): void {
    this.#check('BEFORE_GREETING', 'octets before the greeting')
  }

  /** A command was answered, or content that may be followed by another group. */
  behind(what: string, { midGroup, offered }: { midGroup: boolean; offered: boolean }): void {
    if (!offered) this.#check('PIPELINING_NOT_OFFERED', `octets behind ${what} before its reply, without PIPELINING`)
    else if (!midGroup) this.#check('BEHIND_GROUP_END', `octets behind ${what} before its reply`)
  }

  /**
   * Content that BURL was part of has ended: until its reply no other transaction may begin (RFC 4468 §3.2), though
   * other commands may be sent.
   */
  behindBurl(): void {
    this.#mailWaitsUntil = this.#input.position + this.#input.length
  }

  /** MAIL came. */
  mail({ octets, position }: ReceivedLine): void {
    if (position >= this.#mailWaitsUntil) return
    this.#violations.found('BEHIND_GROUP_END', 'MAIL before the reply to content by BURL', octets, position)
  }

  behindData(): void {
    this.#check('CONTENT_BEFORE_REPLY', 'content before the 354')
  }

  /** Once for all that comes before TLS stands. */
  behindStartTls(): void {
    if (this.#startTlsBroken || this.#input.length === 0) return
    this.#startTlsBroken = true
    this.#check('BEHIND_STARTTLS', 'octets behind STARTTLS that did not come through TLS')
  }

  #check(code: Parameters<ViolationRecorder['found']>[0], message: string): void {
    if (this.#input.length > 0) this.#violations.found(code, message, this.#input.peek(shown), this.#input.position)
  }
}
