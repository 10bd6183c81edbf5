import { sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { KeyDerivation } from '../session/index.ts'

const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 } as const

/**
 * PBKDF2 by WebCrypto, off the event loop. Where that is missing, as in a page without TLS, or refuses so many iterations,
 * as Cloudflare's does, in JavaScript: slowly, and leaving the event loop its turns.
 */
export async function derivedKey({ hash, password, salt, iterations, length }: KeyDerivation): Promise<Uint8Array> {
  try {
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const parameters = { name: 'PBKDF2', hash, salt, iterations }
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
  } catch {
    return await pbkdf2Async(hashes[hash], password, salt, { c: iterations, dkLen: length })
  }
}
