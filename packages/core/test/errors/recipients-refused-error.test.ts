import { RecipientsRefusedError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'

const reply = { code: 535, enhancedCode: '5.7.8', text: 'no' }
const refused = { address: 'b@foo.example', position: 0, reply }

describe('refused recipients', () => {
  const refusedWith = (...codes: number[]) =>
    new RecipientsRefusedError(codes.map((code, position) => ({ ...refused, position, reply: { ...reply, code } })))

  test.each([
    [[550], false, true],
    [[550, 553, 599], false, true],
    [[450], true, false],
    [[550, 421, 553], true, false],
    [[499, 400], true, false],
    [[], false, false],
  ])('with %j may be tried again: %j, must not: %j', (codes, transient, permanent) => {
    expect(refusedWith(...codes)).toMatchObject({ transient, permanent })
  })

  test('are kept as they were given, each with its place and reply', () => {
    const recipients = [refused, { ...refused, position: 1 }]
    expect(new RecipientsRefusedError(recipients).recipients).toEqual(recipients)
  })

  test('are told by the first, escaped, and the number of others', () => {
    const hostile = { address: 'b@x\r\n', position: 0, reply: { ...reply, text: 'no\nforged' } }
    expect(new RecipientsRefusedError([hostile]).message).toBe(
      "no recipient was accepted: 'b@x\\r\\n' with 535 'no\\nforged'",
    )
    expect(refusedWith(550, 551, 552).message).toMatch(/with 550 .*, and 2 more$/)
    expect(new RecipientsRefusedError([]).message).toMatch(/no recipient/)
  })
})
