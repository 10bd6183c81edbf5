// What rustls says of certificates, and what is made of it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CertificateError, TlsFailedError } from '@sansmtp/deno'
import { handshakeError } from '../src/handshake-error.ts'

const refusals = [
  ['UnknownIssuer', 'untrusted'],
  ['BadSignature', 'untrusted'],
  ['certificate expired: verification time 2 (UNIX), but certificate is not valid after 1 (1 seconds ago)', 'expired'],
  ['certificate not valid yet: verification time 1 (UNIX), but certificate is not valid before 2', 'expired'],
  ['Expired', 'expired'],
  ['NotValidYet', 'expired'],
  ['certificate not valid for name "localhost"; certificate is only valid for DnsName("x.example")', 'name-mismatch'],
  ['certificate not valid for name "UnknownIssuer"', 'name-mismatch'],
  ['NotValidForName', 'name-mismatch'],
  ['Revoked', 'refused'],
  ['BadEncoding', 'refused'],
  ['Other(OtherError(CaUsedAsEndEntity))', 'refused'],
  ['what a later version may say of UnknownIssuer', 'refused'],
]

describe('the error of a handshake', () => {
  for (const [reason, check] of refusals) {
    it(`is of the check ${check} for ${reason}`, () => {
      const cause = new Deno.errors.InvalidData(`invalid peer certificate: ${reason}`)
      const error = handshakeError('mail.example', cause)
      assert.ok(error instanceof CertificateError)
      assert.equal(error.check, check)
      assert.equal(error.cause, cause)
    })
  }

  const others = [
    new Deno.errors.InvalidData('received corrupt message of type InvalidContentType'),
    new Deno.errors.InvalidData('received fatal alert: invalid peer certificate: UnknownIssuer'),
    new Deno.errors.UnexpectedEof('tls handshake eof'),
    new Deno.errors.ConnectionReset('connection reset'),
  ]
  for (const cause of others) {
    it(`is no matter of the certificate for ${cause.name}: ${cause.message}`, () => {
      const error = handshakeError('mail.example', cause)
      assert.ok(error instanceof TlsFailedError)
      assert.equal(error.cause, cause)
    })
  }
})
