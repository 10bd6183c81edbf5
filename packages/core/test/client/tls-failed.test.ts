import { CertificateError, TlsFailedError } from '@sansmtp/core'
import { tlsFailed } from '@sansmtp/core/client'
import { expect, test } from 'vitest'

test.each([
  ['an error, whose message is told escaped', new Error(' wrong\nversion '), /'mail\.example'.*'wrong\\nversion'$/],
  ['what is no error, told as a text', 'closed', /'mail\.example'.*'closed'$/],
])('a handshake that failed by %s', (_, cause, message) => {
  const error = tlsFailed('mail.example', cause)
  expect(error).toBeInstanceOf(TlsFailedError)
  expect(error).toMatchObject({ code: 'TLS_FAILED', message: expect.stringMatching(message), cause })
})

test('an error of this library remains as it is', () => {
  const error = new CertificateError('expired', 'mail.example')
  expect(tlsFailed('mail.example', error)).toBe(error)
})
