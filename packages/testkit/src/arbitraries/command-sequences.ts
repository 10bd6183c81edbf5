import type { Command } from '@sansmtp/core'
import fc from 'fast-check'
import { command } from './commands.ts'
import { domain } from './domains.ts'
import { mailbox } from './mailboxes.ts'

export interface CommandSequenceOptions {
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
}

/**
 * Commands in an order that a session can have, less some of them: transactions whole and broken off, what may stand
 * between, and now and then anything. Most are legal where they stand and need no extension, and some are not.
 */
export function commandSequence({ protocol = 'smtp' }: CommandSequenceOptions = {}): fc.Arbitrary<Command[]> {
  const hello = domain().map((name): Command[] => [{ verb: protocol === 'smtp' ? 'EHLO' : 'LHLO', domain: name }])
  const piece = fc.oneof(
    { weight: 5, arbitrary: transaction() },
    { weight: 2, arbitrary: fc.constantFrom<Command[]>([{ verb: 'RSET' }], [{ verb: 'NOOP' }]) },
    { weight: 1, arbitrary: hello },
    { weight: 1, arbitrary: command().map((one) => [one]) },
  )
  return fc
    .tuple(hello, fc.array(piece, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 3 }))
    .map(([hello, pieces, left]) => without([...hello, ...pieces.flat()], left))
}

function transaction(): fc.Arbitrary<Command[]> {
  return fc
    .tuple(mailbox(), fc.array(mailbox(), { minLength: 1, maxLength: 4 }))
    .map(([from, to]) => [{ verb: 'MAIL', from }, ...to.map((to): Command => ({ verb: 'RCPT', to })), { verb: 'DATA' }])
}

function without(commands: readonly Command[], left: readonly number[]): Command[] {
  const positions = new Set(left.map((position) => position % commands.length))
  return commands.filter((_, position) => !positions.has(position))
}
