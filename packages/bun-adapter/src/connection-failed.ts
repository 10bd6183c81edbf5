import { connectionFailed as failed, type Target } from '@sansmtp/core/client'
import type { ConnectionFailedError } from '@sansmtp/core/common'

/** What a failed attempt rejects with. Where a name has several addresses, Bun tries them all and tells of one. */
export function connectionFailed(target: Target, cause: unknown): ConnectionFailedError {
  return failed(target, [reasonOf(cause)], cause)
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
