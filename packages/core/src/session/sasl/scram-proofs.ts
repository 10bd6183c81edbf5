import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { encodeUtf8 } from '../../wire/index.ts'
import type { HashName } from '../demand.ts'

const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 } as const

/** Octets of a hash, and of the keys and signatures that are made with it. */
export function hashLength(hash: HashName): number {
  return hashes[hash].outputLen
}

/** The proof that the client knows the password, and the signature by which the server must show that it does. */
export interface ScramProofs {
  readonly clientProof: Uint8Array
  readonly serverSignature: Uint8Array
}

/** RFC 5802 §3. `authMessage` is what both have said so far, without the proof. */
export function scramProofs(hash: HashName, saltedPassword: Uint8Array, authMessage: string): ScramProofs {
  const h = hashes[hash]
  const keyed = (key: Uint8Array, text: string) => hmac(h, key, encodeUtf8(text))
  const clientKey = keyed(saltedPassword, 'Client Key')
  const clientSignature = keyed(h(clientKey), authMessage)
  return {
    clientProof: clientKey.map((octet, i) => octet ^ (clientSignature[i] as number)),
    serverSignature: keyed(keyed(saltedPassword, 'Server Key'), authMessage),
  }
}

/** Whether two values are the same, in a time that does not tell where they differ. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  return a.reduce((difference, octet, i) => difference | (octet ^ (b[i] as number)), 0) === 0
}
