import type { SaslCredentials } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { base64, bytes, mechanism, started, utf8 } from './started.ts'

const user = 'user@example.com'
const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=='
const server = { host: 'server.example.com', port: 587 }

describe('OAUTHBEARER', () => {
  test('says what RFC 7628 §4.1 has for SMTP', () => {
    const { initialResponse } = started('OAUTHBEARER', { user, token }, { server })
    expect(base64(initialResponse as Uint8Array)).toBe(
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
    )
  })

  test('leaves out where it is connected to where that is not known', () => {
    const { initialResponse } = started('OAUTHBEARER', { user, token: 'x.y' })
    expect(utf8(initialResponse)).toBe('n,a=user@example.com,\x01auth=Bearer x.y\x01\x01')
  })

  test('names the identity to act as, with commas and equals signs written otherwise', () => {
    const { initialResponse } = started('OAUTHBEARER', { user, token: 'x', authzid: 'a,b=c' })
    expect(utf8(initialResponse)).toBe('n,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01')
  })

  test('answers what is wrong with the token by a lone separator, so that the refusal comes', () => {
    const exchange = started('OAUTHBEARER', { user, token })
    expect(exchange.explanation).toBe(undefined)
    expect(exchange.respond(bytes('{"status":"invalid_token"}'))).toEqual(Uint8Array.of(1))
    expect(exchange.explanation).toBe('{"status":"invalid_token"}')
    expect(exchange.respond(bytes('{}'))).toBe('cancel')
  })
})

describe('XOAUTH2', () => {
  test('says what Google’s documentation has', () => {
    const { initialResponse } = started('XOAUTH2', {
      user: 'someuser@example.com',
      token: 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg',
    })
    expect(base64(initialResponse as Uint8Array)).toBe(
      'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
    )
  })

  test('answers what is wrong with the token by nothing, so that the refusal comes', () => {
    const exchange = started('XOAUTH2', { user, token })
    expect(exchange.respond(bytes('{"status":"401"}'))).toEqual(new Uint8Array(0))
    expect(exchange.explanation).toBe('{"status":"401"}')
    expect(exchange.respond(bytes(''))).toBe('cancel')
  })

  test('takes an empty challenge for one that tells nothing, once', () => {
    const exchange = started('XOAUTH2', { user, token })
    expect([exchange.respond(bytes('')), exchange.respond(bytes(''))]).toEqual([new Uint8Array(0), 'cancel'])
  })
})

describe.each(['OAUTHBEARER', 'XOAUTH2'])('%s', (name) => {
  test('shows the token to whoever reads along', () => {
    expect(mechanism(name).plaintext).toBe(true)
  })

  const refused: readonly [string, Partial<SaslCredentials>, string][] = [
    ['no token', { user }, 'auth.token'],
    ['a token with a separator', { user, token: 'hush\x01auth=Bearer y' }, 'auth.token'],
    ['a token with a blank', { user, token: 'hush y' }, 'auth.token'],
    ['a token with a line end', { user, token: 'hush\r\n' }, 'auth.token'],
    ['a token beyond US-ASCII', { user, token: 'hushé' }, 'auth.token'],
    ['a user with a separator', { user: 'hush\x01auth=Bearer y', token }, 'auth.user'],
    ['an identity with a separator', { user, token, authzid: 'hush\x01' }, 'auth.authzid'],
  ]

  test.each(refused)('can’t carry %s', (_, credentials, field) => {
    expect(() => started(name, credentials)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field }))
    expect(() => started(name, credentials)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hush') }),
    )
  })
})
