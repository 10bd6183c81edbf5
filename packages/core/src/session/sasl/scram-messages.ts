import { RemoteProtocolError } from '../../errors/index.ts'
import { decodeBase64 } from '../../wire/index.ts'

/** The server's first message (RFC 5802 §7). */
export interface ServerFirst {
  /** As it came; the signatures are computed over it. */
  readonly text: string
  /** The client's and the server's, joined. */
  readonly nonce: string
  readonly salt: Uint8Array
  readonly iterations: number
}

/** The server's word that it refuses, in place of any other message. */
export interface ServerError {
  /** Such as `invalid-proof`. */
  readonly error: string
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the server's first message.
 *
 * @throws {RemoteProtocolError}
 */
export function parseServerFirst(message: Uint8Array): ServerFirst | ServerError {
  const text = decoded(message, 'first')
  const [first, salt, iterations] = attributesOf(text, 'first')
  if (first.name === 'e') return { error: first.value }
  if (first.name !== 'r' || salt?.name !== 's' || iterations?.name !== 'i') {
    throw malformed('first', 'does not have nonce, salt and iteration count, in this order')
  }
  if (!/^[\x21-\x7e]+$/.test(first.value)) throw malformed('first', 'has a nonce that is not printable')
  if (!/^[1-9]\d*$/.test(iterations.value)) throw malformed('first', 'has an iteration count that is no number')
  return {
    text,
    nonce: first.value,
    salt: fromBase64(salt.value, 'first'),
    iterations: Number(iterations.value),
  }
}

/**
 * Reads the server's last message.
 *
 * @returns its signature, or why it refuses
 * @throws {RemoteProtocolError}
 */
export function parseServerFinal(message: Uint8Array): { readonly signature: Uint8Array } | ServerError {
  const [first] = attributesOf(decoded(message, 'final'), 'final')
  if (first.name === 'e') return { error: first.value }
  if (first.name !== 'v') throw malformed('final', 'has neither a signature nor an error')
  return { signature: fromBase64(first.value, 'final') }
}

interface Attribute {
  readonly name: string
  readonly value: string
}

function attributesOf(text: string, which: string): readonly [Attribute, ...Attribute[]] {
  const attributes = text.split(',').map((attribute) => {
    // `value` of RFC 5802 §7.
    if (!/^[A-Za-z]=[^\0]+$/.test(attribute)) throw malformed(which, 'has what is no attribute')
    return { name: attribute.charAt(0), value: attribute.slice(2) }
  })
  // RFC 5802 §5.1: what it would say is not defined, but that it must not be ignored.
  if (attributes.some(({ name }) => name === 'm')) throw malformed(which, 'has a mandatory extension (m=)')
  return attributes as [Attribute, ...Attribute[]]
}

function decoded(message: Uint8Array, which: string): string {
  try {
    return decoder.decode(message)
  } catch {
    throw malformed(which, 'is not in UTF-8')
  }
}

function fromBase64(text: string, which: string): Uint8Array {
  try {
    return decodeBase64(text)
  } catch {
    throw malformed(which, 'has a value that is not in base64')
  }
}

function malformed(which: string, problem: string): RemoteProtocolError {
  return new RemoteProtocolError('BAD_CHALLENGE', `the server's ${which} SCRAM message ${problem}`)
}
