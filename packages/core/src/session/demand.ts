import type { SmtpError } from '../errors/index.ts'
import type { MailObject } from './mail-object.ts'

/** The hashes of SCRAM, by the names that WebCrypto has for them. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-512'

/** PBKDF2 with HMAC (RFC 8018 §5.2). */
export interface KeyDerivation {
  readonly hash: HashName
  /** A credential: not to be logged. */
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
  /** Octets of the key. */
  readonly length: number
}

/** What a provider of tokens is told. */
export interface TokenRequest {
  readonly user: string
  /** The mechanism that the token is for, such as `OAUTHBEARER`. */
  readonly mechanism: string
  /** The token that the server has just refused, so that a cache does not give it again. */
  readonly refused?: string
}

/** Gives an OAuth access token, at once or later. What it throws ends the attempt as a `TokenProviderError`. */
export type TokenProvider = (request: TokenRequest) => string | PromiseLike<string>

/** Random and printable, without commas; never the same twice. Answered by `NonceMade`. */
export interface MakeNonce {
  readonly type: 'makeNonce'
}

/** Answered by `KeyDerived`. It takes a while, so it should not be done on the event loop. */
export interface DeriveKey {
  readonly type: 'deriveKey'
  readonly derivation: KeyDerivation
}

/** Answered by `TokenFetched`, or `TokenFailed` when the provider throws. */
export interface FetchToken {
  readonly type: 'fetchToken'
  readonly provider: TokenProvider
  readonly request: TokenRequest
}

/** Answered by `MailTaken`. */
export interface TakeMail {
  readonly type: 'takeMail'
  /** Gives the next mail object, at once where it is at hand; `undefined` when there are no more. Never rejects. */
  readonly take: () => MailObject | undefined | PromiseLike<MailObject | undefined>
}

/** Answered by `Waited` after that many milliseconds or that many times the server's usual reply time, if longer. */
export interface Wait {
  readonly type: 'wait'
  readonly milliseconds: number
  readonly replyTimes: number
}

/** What a flow can't do itself, being without randomness, promises, a clock and a second thread. */
export type Work = MakeNonce | DeriveKey | FetchToken | TakeMail | Wait

/** Passes that content to the connection, from its beginning; else as the demand `sendContent`. */
export interface SendContent {
  readonly type: 'sendContent'
  /** That of a `MailObject`. */
  readonly content: unknown
}

/** What a flow waits for when it yields: the connection's next event, or first that something be done. */
export type Demand = 'nextEvent' | 'sendContent' | SendContent | Work

export interface NonceMade {
  readonly type: 'NonceMade'
  readonly nonce: string
}

export interface KeyDerived {
  readonly type: 'KeyDerived'
  readonly key: Uint8Array
}

export interface TokenFetched {
  readonly type: 'TokenFetched'
  /** Whatever the provider gave; the flow checks it. */
  readonly token: unknown
}

export interface TokenFailed {
  readonly type: 'TokenFailed'
  readonly error: unknown
}

export interface MailTaken {
  readonly type: 'MailTaken'
  /** Absent when there is no more. */
  readonly mail: MailObject | undefined
}

export interface Waited {
  readonly type: 'Waited'
}

/** The outcome of a `Work`. */
export type WorkDone = NonceMade | KeyDerived | TokenFetched | TokenFailed | MailTaken | Waited

/** The content that was demanded has been passed to the connection, to its end. */
export interface ContentSent {
  readonly type: 'ContentSent'
}

/** It could not be passed on to its end, and was given up by `abandonBody`. */
export interface ContentFailed {
  readonly type: 'ContentFailed'
  readonly error: SmtpError
}
