import { NotConnectedError, TlsFailedError } from '@sansmtp/core'
import { describe, expect, it } from 'vitest'
import { handshakeError, isCertificateError } from '../src/handshake-error.ts'

function coded(code: string): Error {
  return Object.assign(new Error('as Bun says'), { code })
}

describe('the error of a handshake', () => {
  it.each([
    ['CERT_NOT_YET_VALID', 'expired'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
    ['CERT_SIGNATURE_FAILURE', 'untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'name-mismatch'],
    ['HOSTNAME_MISMATCH', 'name-mismatch'],
    ['IP_ADDRESS_MISMATCH', 'name-mismatch'],
    ['CERT_REVOKED', 'refused'],
    ['EMAIL_MISMATCH', 'refused'],
    ['ERROR_IN_CERT_NOT_BEFORE_FIELD', 'refused'],
    ['UNKNOWN_CERTIFICATE_VERIFICATION_ERROR', 'refused'],
  ])('tells the check behind %s', (code, check) => {
    const cause = coded(code)
    expect(handshakeError('mail.example', cause)).toMatchObject({ check, cause })
  })

  it.each(['EPROTO', 'ECONNRESET', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_OSSL_PEM_NO_START_LINE', 'ERR_BORINGSSL'])(
    'is no matter of the certificate with %s',
    (code) => {
      const cause = coded(code)
      const error = handshakeError('mail.example', cause)
      expect(error).toBeInstanceOf(TlsFailedError)
      expect(error).toMatchObject({ message: "TLS with 'mail.example' could not be established: 'as Bun says'", cause })
      expect(isCertificateError(cause)).toBe(false)
    },
  )

  it('is no matter of the certificate without a code', () => {
    expect(handshakeError('mail.example', new Error('the server ended the connection'))).toBeInstanceOf(TlsFailedError)
  })

  it('remains what it is when it is of this library', () => {
    const error = new NotConnectedError()
    expect(handshakeError('mail.example', error)).toBe(error)
    expect(isCertificateError(error)).toBe(false)
  })
})
