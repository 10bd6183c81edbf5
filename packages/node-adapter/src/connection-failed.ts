import { connectionFailed as failed, type Target } from '@sansmtp/core/client'
import type { ConnectionFailedError } from '@sansmtp/core/common'

/** What a failed attempt rejects with. Where several addresses were tried, `cause` has an error for each. */
export function connectionFailed(target: Target, cause: unknown): ConnectionFailedError {
  const attempts: readonly NodeJS.ErrnoException[] = cause instanceof AggregateError ? cause.errors : [cause]
  const reasons = attempts.map((error) => {
    const { code, address } = error as NodeJS.ErrnoException & { readonly address?: string }
    if (code === undefined) return error.message
    return address === undefined || 'path' in target ? code : `${code} ${address}`
  })
  return failed(target, reasons, cause)
}
