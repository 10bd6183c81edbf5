import { describe, expect, test } from 'vitest'
import { bytes, mechanism, started, utf8 } from './started.ts'

describe('EXTERNAL', () => {
  test.each([
    ['nothing', {}, ''],
    ['nothing, whoever the user is', { user: 'ann', pass: 'secret' }, ''],
    ['whom to act as', { authzid: 'änn@example.org' }, 'änn@example.org'],
  ])('says %s', (_, credentials, message) => {
    expect(utf8(started('EXTERNAL', credentials).initialResponse)).toBe(message)
  })

  test('has nothing to say to a challenge', () => {
    expect(started('EXTERNAL', {}).respond(bytes('?'))).toBe('cancel')
  })
})

describe('ANONYMOUS', () => {
  test('says the trace of RFC 4505 §4', () => {
    expect(utf8(started('ANONYMOUS', { user: 'sirhc' }).initialResponse)).toBe('sirhc')
  })

  test.each(['', 'ann@example.org', 'x'.repeat(255), '😀'.repeat(255), '"a b"@example.org'])('may say %j', (user) => {
    expect(utf8(started('ANONYMOUS', { user }).initialResponse)).toBe(user)
  })

  test.each(['@', 'ann@', 'ann @home', 'x'.repeat(256), 'a\nb', '\u{e000}', '\u{d800}'])('may not say %j', (user) => {
    expect(() => started('ANONYMOUS', { user })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'auth.user' }),
    )
  })

  test('has nothing to say to a challenge', () => {
    expect(started('ANONYMOUS', {}).respond(bytes(''))).toBe('cancel')
  })
})

test('neither shows a password', () => {
  expect([mechanism('EXTERNAL').plaintext, mechanism('ANONYMOUS').plaintext]).toEqual([false, false])
})
