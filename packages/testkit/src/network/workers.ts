import { sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { KeyDerivation, TokenRequest, Wait, Work, WorkDone } from '@sansmtp/core'

/** What a driver does for flows, at one go. */
export interface Workers {
  /** Default: `nonce-1`, `nonce-2`, …, the same for each client. */
  makeNonce(): string
  /** Default: PBKDF2 in JavaScript. */
  deriveKey(derivation: KeyDerivation): Uint8Array
  /** Default: the credentials' own provider, which must give its token at once. What it throws the flow learns. */
  fetchToken(request: TokenRequest, provider: (request: TokenRequest) => unknown): unknown
}

const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 } as const

export function defaultWorkers(): Workers {
  let nonces = 0
  return {
    makeNonce() {
      nonces += 1
      return `nonce-${nonces}`
    },
    deriveKey({ hash, password, salt, iterations, length }) {
      return pbkdf2(hashes[hash], password, salt, { c: iterations, dkLen: length })
    },
    fetchToken: (request, provider) => provider(request),
  }
}

export function doWork(work: Exclude<Work, Wait>, workers: Workers): WorkDone {
  switch (work.type) {
    case 'makeNonce':
      return { type: 'NonceMade', nonce: workers.makeNonce() }
    case 'deriveKey':
      return { type: 'KeyDerived', key: workers.deriveKey(work.derivation) }
    case 'takeMail': {
      const mail = work.take()
      if (mail !== undefined && 'then' in mail) throw new TypeError('in virtual time mail must be at hand at once')
      return { type: 'MailTaken', mail }
    }
    case 'fetchToken':
      try {
        return { type: 'TokenFetched', token: workers.fetchToken(work.request, work.provider) }
      } catch (error) {
        return { type: 'TokenFailed', error }
      }
  }
}
