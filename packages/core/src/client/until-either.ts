/** Does something with a signal that is aborted as soon as one of two is. */
export async function untilEither<Result>(
  one: AbortSignal | undefined,
  other: AbortSignal,
  work: (until: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const until = new AbortController()
  const abort = () => until.abort(one?.aborted ? one.reason : other.reason)
  if (one?.aborted || other.aborted) abort()
  one?.addEventListener('abort', abort)
  other.addEventListener('abort', abort)
  try {
    return await work(until.signal)
  } finally {
    one?.removeEventListener('abort', abort)
    other.removeEventListener('abort', abort)
  }
}
