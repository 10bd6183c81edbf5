import { TlsFailedError } from '@sansmtp/core'
import { describe, expect, it } from 'vitest'
import { handshakeError } from '../src/handshake-error.ts'

const cause = new Error('as Node says')

describe('the error of a handshake', () => {
  it.each([
    ['CERT_NOT_YET_VALID', 'expired'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'name-mismatch'],
    ['CERT_REVOKED', 'refused'],
    ['CERT_SIGNATURE_FAILURE', 'untrusted'],
    ['what a later version may say', 'refused'],
  ])('tells the check behind %s', (code, check) => {
    expect(handshakeError('mail.example', cause, code)).toMatchObject({ check, cause })
  })

  it('is no matter of the certificate unless verification failed', () => {
    const error = handshakeError('mail.example', cause)
    expect(error).toBeInstanceOf(TlsFailedError)
    expect(error).toMatchObject({ message: "TLS with 'mail.example' could not be established: 'as Node says'", cause })
  })
})
