import type { RcptOptions } from '@sansmtp/core'
import fc from 'fast-check'
import { between } from './characters.ts'
import { dateTime } from './date-times.ts'
import type { OptionChoice } from './delivery-options.ts'
import { mailbox } from './mailboxes.ts'

/** What may be asked for of a recipient, by the extension that it needs. */
const choices: Readonly<Record<string, () => fc.Arbitrary<RcptOptions>>> = {
  DSN: () => fc.record({ notify: notify(), orcpt: originalRecipient() }, { requiredKeys: [] }),
  RRVS: () => fc.record({ rrvs: validSince() }),
  CONNEG: () => fc.record({ conneg: fc.constant(true) }),
}

/** What is asked for with RCPT: plain data, valid by the RFCs. Shrinks to nothing. */
export function recipientOptions({ extensions }: OptionChoice = {}): fc.Arbitrary<RcptOptions> {
  const chosen = Object.entries(choices).filter(([keyword]) => extensions?.includes(keyword) ?? true)
  const parts = chosen.map(([, options]) => fc.option(options(), { nil: {}, freq: 2 }))
  return fc.tuple(...parts).map((parts) => Object.assign({}, ...parts))
}

/** RFC 3461 §4.1. */
function notify(): fc.Arbitrary<NonNullable<RcptOptions['notify']>> {
  const events = fc.uniqueArray(fc.constantFrom('SUCCESS', 'FAILURE', 'DELAY'), { minLength: 1 })
  return fc.oneof({ weight: 3, arbitrary: events }, { weight: 1, arbitrary: fc.constant(['NEVER'] as const) })
}

/** RFC 3461 §4.2: an address, or one of a named type. */
function originalRecipient(): fc.Arbitrary<NonNullable<RcptOptions['orcpt']>> {
  const named = fc.record({ type: fc.constant('rfc822'), address: mailbox() })
  const other = fc.record({
    type: fc.constantFrom('x400', 'x-own'),
    address: fc.string({ unit: between('!', '~'), minLength: 1, maxLength: 30 }),
  })
  return fc.oneof(mailbox(), named, other)
}

/** RFC 7293 §3.2. */
function validSince(): fc.Arbitrary<NonNullable<RcptOptions['rrvs']>> {
  const full = fc.record({ since: dateTime(), otherwise: fc.constantFrom('C', 'R') }, { requiredKeys: ['since'] })
  return fc.oneof(dateTime(), full)
}
