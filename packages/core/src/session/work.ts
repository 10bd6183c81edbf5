import { InvalidArgumentError, TokenProviderError } from '../errors/index.ts'
import type { KeyDerivation, TokenProvider, TokenRequest, Work, WorkDone } from './demand.ts'
import { type Flow, throwAtEnd } from './flow.ts'

/** Random text that is used once. Throws the connection's own error when it ends meanwhile, as all here. */
export function* makeNonce(): Flow<string> {
  return (yield* outcomeOf({ type: 'makeNonce' }, 'NonceMade')).nonce
}

export function* deriveKey(derivation: KeyDerivation): Flow<Uint8Array> {
  return (yield* outcomeOf({ type: 'deriveKey', derivation }, 'KeyDerived')).key
}

/** @throws {TokenProviderError} {@link InvalidArgumentError} when what the provider gives is no text */
export function* fetchToken(provider: TokenProvider, request: TokenRequest): Flow<string> {
  const outcome = yield* outcomeOf({ type: 'fetchToken', provider, request }, 'TokenFetched', 'TokenFailed')
  if (outcome.type === 'TokenFailed') throw new TokenProviderError({ cause: outcome.error })
  if (typeof outcome.token !== 'string') throw new InvalidArgumentError('auth.token', 'must give a string')
  return outcome.token
}

type Outcome<Type extends WorkDone['type']> = Extract<WorkDone, { readonly type: Type }>

function* outcomeOf<Type extends WorkDone['type']>(work: Work, ...types: readonly Type[]): Flow<Outcome<Type>> {
  let event = yield work
  while (!types.some((type) => type === event.type)) {
    throwAtEnd(event)
    event = yield 'nextEvent'
  }
  return event as Outcome<Type>
}
