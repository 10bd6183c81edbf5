import {
  knownMechanisms,
  type SaslContext,
  type SaslCredentials,
  type SaslExchange,
  type SaslMechanism,
} from '@sansmtp/core'

export const context: SaslContext = {
  nonce: 'the-clients-nonce',
  offered: [],
  channelBindings: {},
  iterations: { min: 4096, max: 1_000_000 },
}

export function mechanism(name: string): SaslMechanism {
  const found = knownMechanisms.find((known) => known.name === name)
  if (found === undefined) throw new Error(`${name} is not known`)
  return found
}

/** An exchange of a mechanism, begun with what is given and nothing else. */
export function started(
  name: string,
  credentials: Partial<SaslCredentials>,
  more: Partial<SaslContext> = {},
): SaslExchange {
  return mechanism(name).start({ user: '', pass: '', token: '', ...credentials }, { ...context, ...more })
}

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
export const utf8 = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
