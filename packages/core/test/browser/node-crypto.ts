import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

const hashes = { md5, sha1, sha256, sha512 } as const
type Name = keyof typeof hashes

interface Digesting {
  update(octets: Uint8Array | string): Digesting
  digest(encoding?: string): Uint8Array | string
}

/**
 * As much of `node:crypto` as the tests of core use. A page has no synchronous cryptography of its own, so this is the
 * library that core uses too: that it computes the right thing is tested in Node, by Node's.
 */
export function createHash(name: Name): Digesting {
  return digesting(hashes[name].create())
}

export function createHmac(name: Name, key: Uint8Array | string): Digesting {
  return digesting(hmac.create(hashes[name], octetsOf(key)))
}

export function pbkdf2Sync(
  password: Uint8Array | string,
  salt: Uint8Array,
  c: number,
  dkLen: number,
  name: Name,
): Uint8Array {
  return Buffer.from(pbkdf2(hashes[name], octetsOf(password), salt, { c, dkLen }))
}

function digesting(hash: { update(octets: Uint8Array): unknown; digest(): Uint8Array }): Digesting {
  return {
    update(octets) {
      hash.update(octetsOf(octets))
      return this
    },
    digest(encoding) {
      const digest = Buffer.from(hash.digest())
      return encoding === undefined ? digest : digest.toString(encoding as 'hex')
    },
  }
}

function octetsOf(given: Uint8Array | string): Uint8Array {
  return typeof given === 'string' ? new TextEncoder().encode(given) : Uint8Array.from(given)
}
