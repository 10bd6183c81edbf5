import assert from 'node:assert/strict'
import { CertificateError, TlsFailedError } from '@sansmtp/core'
import type { AdapterCapabilities } from './adapter-capabilities.ts'

/** For `assert.rejects`: what a handshake fails with, when not for the certificate. */
export function failedHandshake({ handshakeReasons }: AdapterCapabilities): (error: unknown) => true {
  return (error) => {
    const opaque = !handshakeReasons && error instanceof CertificateError && error.check === 'refused'
    assert.ok(opaque || error instanceof TlsFailedError, String(error))
    return true
  }
}
