import { encodeCommand, encodeUtf8 } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const x = (length: number) => 'x'.repeat(length)
const secret = 'c3VwZXItc2VjcmV0'
const secretBytes = encodeUtf8('super-secret')

describe('AUTH', () => {
  test.each(['', 'plain', 'PLAIN ', 'PLAIN LOGIN', 'SCRAM SHA', 'X.Y', x(20), 'X'.repeat(21)])(
    'has no mechanism %j',
    (mechanism) => {
      expect(thrownBy(() => encodeCommand({ verb: 'AUTH', mechanism })).field).toBe('mechanism')
    },
  )

  test('with an initial response shows a redacted line in its stead', () => {
    const command = { verb: 'AUTH', mechanism: 'PLAIN' } as const
    expect(encodeCommand({ ...command, initialResponse: secretBytes })).toEqual({
      line: `AUTH PLAIN ${secret}`,
      redacted: 'AUTH PLAIN [credentials]',
    })
    expect(encodeCommand({ ...command, initialResponse: new Uint8Array(0) }).redacted).toBe('AUTH PLAIN [credentials]')
  })

  test('without one has nothing to hide', () => {
    expect(encodeCommand({ verb: 'AUTH', mechanism: 'PLAIN' }).redacted).toBe(undefined)
  })

  test('answers challenges with a redacted line, and gives up in the open', () => {
    expect(encodeCommand({ verb: 'AUTH-RESPONSE', response: secretBytes }).redacted).toBe('[credentials]')
    expect(encodeCommand({ verb: 'AUTH-RESPONSE', response: 'cancel' }).redacted).toBe(undefined)
  })

  test('never shows credentials in an error', () => {
    const long = encodeUtf8('super-secret'.repeat(1000))
    for (const command of [
      { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: long },
      { verb: 'AUTH', mechanism: 'plain', initialResponse: secretBytes },
      { verb: 'AUTH-RESPONSE', response: long },
    ] as const) {
      const { message, problem, field } = thrownBy(() => encodeCommand(command))
      for (const shown of [message, problem, field])
        expect(shown).not.toMatch(new RegExp(`super|${secret.slice(0, 8)}`))
    }
  })

  test('is redacted whenever it holds a response', () => {
    holds(
      fc.property(arbitraries.authCommand(), (command) => {
        const { line, redacted } = encodeCommand(command)
        const response = command.verb === 'AUTH' ? command.initialResponse : undefined
        expect(redacted === undefined).toBe(response === undefined)
        if (response !== undefined && response.length > 2) {
          expect(line).toContain(Buffer.from(response).toString('base64'))
          expect(redacted).not.toContain(Buffer.from(response).toString('base64'))
        }
      }),
    )
  })

  test('is the only command with a redacted line', () => {
    holds(
      fc.property(
        arbitraries.command().filter(({ verb }) => !verb.startsWith('AUTH')),
        (command) => {
          expect(encodeCommand(command).redacted).toBe(undefined)
        },
      ),
    )
  })
})
