import { pbkdf2Sync } from 'node:crypto'
import type { SaslExchange, SlowResponse } from '@sansmtp/core'
import { bytes, utf8 } from './started.ts'

/** SCRAM's hashes as Node names them. */
export const hashes = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' } as const
export const names = ['SHA-1', 'SHA-256', 'SHA-512'] as const

/** Does what a driver does, by Node's own PBKDF2. */
export function answered(exchange: SaslExchange, challenge: string | Uint8Array): Uint8Array | 'cancel' {
  const response = exchange.respond(typeof challenge === 'string' ? bytes(challenge) : challenge)
  if (response === 'cancel' || response instanceof Uint8Array) return response
  return response.respond(derived(response))
}

function derived({ derive: { hash, password, salt, iterations, length } }: SlowResponse): Uint8Array {
  return pbkdf2Sync(password, salt, iterations, length, hashes[hash])
}

export function said(exchange: SaslExchange, challenge: string): string {
  return utf8(answered(exchange, challenge) as Uint8Array)
}
