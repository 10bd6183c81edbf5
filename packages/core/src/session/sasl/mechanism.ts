import type { Credentials } from '../credentials.ts'

/** One AUTH exchange as the client's side of a SASL mechanism (RFC 4422). Made anew for each exchange. */
export interface SaslExchange {
  /** What goes with the AUTH command itself; `undefined` where the server speaks first. */
  readonly initialResponse: Uint8Array | undefined
  /** Answers a challenge; `cancel` gives up, as when there is nothing left to say. */
  respond(challenge: Uint8Array): Uint8Array | 'cancel'
}

export interface SaslMechanism {
  /** As the server lists it, in upper case. */
  readonly name: string
  /** It shows the password to whoever reads along, so it needs TLS. */
  readonly plaintext: boolean
  /** It can say whom to act as. Default true. */
  readonly carriesAuthzid?: boolean
  /** `credentials` hold no NUL character. */
  start(credentials: Credentials): SaslExchange
}
