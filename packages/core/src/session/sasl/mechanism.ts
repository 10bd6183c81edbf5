import type { ChannelBindings } from '../../connection/index.ts'
import type { KeyDerivation } from '../demand.ts'

/** What the caller gave, with empty texts for what was not given. */
export interface SaslCredentials {
  /** The authentication identity. Empty for EXTERNAL, where the certificate says it. */
  readonly user: string
  readonly pass: string
  /** An OAuth access token. */
  readonly token: string
  /** The identity to act as, where it is another one. */
  readonly authzid?: string
}

/** What else an exchange may build on. */
export interface SaslContext {
  /** Printable and without commas, and made for this exchange alone. Empty for a mechanism that does not need it. */
  readonly nonce: string
  /** The names of the mechanisms that the server offers, in capitals. */
  readonly offered: readonly string[]
  /** What binds the exchange to its TLS connection, by type. Empty where nothing is known. */
  readonly channelBindings: ChannelBindings
  /** The smallest and the largest count of iterations that a server may ask for. */
  readonly iterations: { readonly min: number; readonly max: number }
  /** Where the client has connected to; absent for what has no port. */
  readonly server?: { readonly host: string; readonly port: number }
}

/** A response that takes a slow computation first. The driver does it and hands the key back. */
export interface SlowResponse {
  readonly derive: KeyDerivation
  /** What is said then. */
  respond(key: Uint8Array): Uint8Array | 'cancel'
}

/** One AUTH exchange as the client's side of a SASL mechanism (RFC 4422). Made anew for each exchange. */
export interface SaslExchange {
  /** What goes with the AUTH command itself; `undefined` where the server speaks first. */
  readonly initialResponse: Uint8Array | undefined
  /**
   * Answers a challenge; `cancel` gives up, as when there is nothing left to say. What it throws cancels the exchange
   * and then ends the attempt: a `RemoteProtocolError` is right for a challenge that no server may send.
   */
  respond(challenge: Uint8Array): Uint8Array | 'cancel' | SlowResponse
  /**
   * Of a mechanism by which the server proves something too: whether it has. A server that says the exchange has
   * succeeded before is not believed.
   */
  readonly serverProven?: boolean
  /** Why the server refuses, in the mechanism's own words, if it has said so in a challenge. */
  readonly explanation?: string | undefined
}

/** A SASL mechanism, as the client knows it. */
export interface SaslMechanism {
  /** As the server lists it, in upper case. */
  readonly name: string
  /** It shows the password or token to whoever reads along, so it needs TLS. */
  readonly plaintext: boolean
  /** It can say whom to act as. Default true. */
  readonly carriesAuthzid?: boolean
  /** What it proves the identity by; it is tried where that is at hand. Default `password`. */
  readonly proof?: 'password' | 'token' | 'certificate' | 'nothing'
  /** It needs a nonce. */
  readonly needsNonce?: boolean
  /** It needs channel bindings, and is only tried where there are some. */
  readonly bindsChannel?: boolean
  /**
   * Begins an exchange. `credentials` hold no NUL character.
   *
   * @throws {InvalidArgumentError} when it can't carry them; nothing was sent then
   */
  start(credentials: SaslCredentials, context: SaslContext): SaslExchange
}
