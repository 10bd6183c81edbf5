import {
  InvalidArgumentError,
  type MailObject,
  NotConnectedError,
  NotSupportedError,
  parseForwardPath,
  parseReversePath,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { envelopeFor, PendingMail } from '../../src/session/pending-mail.ts'

function pendingTo(recipients: readonly string[], repeatable = true): PendingMail {
  return new PendingMail(mailTo(recipients, repeatable))
}

function mailTo(recipients: readonly string[], repeatable = true): MailObject {
  const to = recipients.map((recipient) => parseForwardPath(recipient))
  return { envelope: { from: parseReversePath(''), to }, content: undefined, repeatable }
}

const nobody: ReadonlySet<string> = new Set()
const accepted = { status: 'accepted' } as const

describe('a part', () => {
  const wide = ['a@x.example', 'b@y.example', 'Postmaster', 'c@X.example', 'd@z.example']
  const part = (limits: object, domains: Iterable<string> = []) => pendingTo(wide).nextPart(limits, new Set(domains))

  test('is all of them where the server has no limits', () => {
    expect(part({})).toEqual([0, 1, 2, 3, 4])
    expect(part({ mailMax: 1, rcptMax: 5, rcptDomainMax: 3 })).toEqual([0, 1, 2, 3, 4])
  })

  test('has as many recipients as a transaction may have', () => {
    expect(part({ rcptMax: 4 })).toEqual([0, 1, 2, 3])
    expect(part({ rcptMax: 1 })).toEqual([0])
  })

  test('has as many domains as a session may have, in whatever case they are written, and Postmaster has none', () => {
    expect(part({ rcptDomainMax: 1 })).toEqual([0, 2, 3])
    expect(part({ rcptDomainMax: 2 })).toEqual([0, 1, 2, 3])
    expect(part({ rcptDomainMax: 2, rcptMax: 3 })).toEqual([0, 1, 2])
  })

  test('has those domains that the session has had already, and no other where there is no room', () => {
    expect(part({ rcptDomainMax: 1 }, ['z.example'])).toEqual([2, 4])
    expect(part({ rcptDomainMax: 2 }, ['z.example'])).toEqual([0, 2, 3, 4])
    expect(pendingTo(['a@x.example']).nextPart({ rcptDomainMax: 1 }, new Set(['z.example']))).toEqual([])
  })

  test('of what can be sent but once must be all of it, here or on another connection', () => {
    const once = pendingTo(wide.slice(0, 2), false)
    expect(once.nextPart({ rcptMax: 2, rcptDomainMax: 2 }, nobody)).toEqual([0, 1])
    expect(once.nextPart({ rcptDomainMax: 2 }, new Set(['z.example']))).toEqual([])
    expect(() => once.nextPart({ rcptMax: 1 }, nobody)).toThrow(InvalidArgumentError)
    expect(() => once.nextPart({ rcptDomainMax: 1 }, nobody)).toThrow(expect.objectContaining({ field: 'message' }))
  })

  test('has an envelope with its own recipients and what is asked for them', () => {
    const { envelope } = mailTo(wide)
    expect(envelopeFor(envelope, [0, 1, 2, 3, 4])).toBe(envelope)
    const recipientOptions = [{ notify: ['NEVER'] }, undefined, undefined, { conneg: true }, undefined] as const
    const partial = envelopeFor({ ...envelope, recipientOptions }, [3, 0])
    expect(partial.to).toEqual([envelope.to[3], envelope.to[0]])
    expect(partial.recipientOptions).toEqual([{ conneg: true }, { notify: ['NEVER'] }])
    expect(envelopeFor(envelope, [1])).not.toHaveProperty('recipientOptions')
  })
})

describe('a mail object in parts', () => {
  test('is complete once each is settled, and its outcomes stand at their positions', () => {
    const pending = pendingTo(['a@x.example', 'b@x.example', 'c@x.example'])
    pending.begin([0, 2])
    expect([pending.remaining, pending.complete]).toEqual([[1], false])
    pending.begin([1])
    pending.settle([0, 2], { outcomes: [accepted, { status: 'unknown' }], dropped: ['DSN'] })
    expect(pending.complete).toBe(false)
    pending.settle([1], { outcomes: [{ status: 'notSent' }], dropped: ['DSN'] })
    expect(pending.complete).toBe(true)
    expect(pending.result).toEqual({
      outcomes: [accepted, { status: 'notSent' }, { status: 'unknown' }],
      dropped: ['DSN'],
    })
  })

  test('whose rest can not be sent has an error and no problem: something was sent', () => {
    const pending = pendingTo(['a@x.example', 'b@x.example'])
    pending.begin([0])
    pending.settle([0], { outcomes: [accepted] })
    const error = new NotSupportedError('SMTPUTF8', 'is gone')
    pending.refuse(error)
    expect(pending.result).toEqual({ outcomes: [accepted, { status: 'notSent' }], dropped: [], error })
  })

  test('that is given up keeps what is known, and the first error', () => {
    const pending = pendingTo(['a@x.example', 'b@x.example'])
    const [first, second] = [new NotConnectedError(), new NotConnectedError()]
    pending.begin([0])
    pending.settle([0], { outcomes: [accepted], error: first })
    pending.giveUp(second)
    expect([pending.complete, pending.result.error]).toEqual([true, first])
    const whole = pendingTo(['a@x.example'])
    whole.begin([0])
    whole.settle([0], { outcomes: [accepted] })
    whole.giveUp(second)
    expect(whole.result).not.toHaveProperty('error')
  })

  test('that is taken back is sent to the same again, and knows why', () => {
    const pending = pendingTo(['a@x.example', 'b@x.example'])
    pending.begin([0])
    pending.takeBack([0], 'hello')
    expect([pending.remaining, pending.complete]).toEqual([[0, 1], false])
    expect([pending.repeated(), pending.repeated('hello'), pending.repeated('ride')]).toEqual([true, true, false])
  })
})

test('what is malformed is complete at once, with its problem', () => {
  const problem = new InvalidArgumentError('to', 'is not an address')
  const pending = new PendingMail({ ...mailTo(['a@x.example']), problem })
  expect([pending.complete, pending.remaining]).toEqual([true, []])
  expect(pending.result).toEqual({ outcomes: [{ status: 'notSent' }], dropped: [], problem })
})
