import { AbortedError } from '../errors/index.ts'

/** Settles as the promise does, or rejects with an {@link AbortedError} as soon as the signal is aborted before. */
export function unlessAborted<Result>(signal: AbortSignal | undefined, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortedError({ cause: signal?.reason }))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort))
  })
}
