import { ConnectionFailedError, escapeForDisplay } from '@sansmtp/core'
import type { Target } from '@sansmtp/core/client'

/** What a failed attempt rejects with. Where several addresses were tried, `cause` has an error for each. */
export function connectionFailed(target: Target, cause: unknown): ConnectionFailedError {
  const where =
    'path' in target ? escapeForDisplay(target.path) : `${escapeForDisplay(target.host)} port ${target.port}`
  const attempts: readonly NodeJS.ErrnoException[] = cause instanceof AggregateError ? cause.errors : [cause]
  const reasons = attempts.map((error) => {
    const { code, address } = error as NodeJS.ErrnoException & { readonly address?: string }
    if (code === undefined) return error.message
    return address === undefined || 'path' in target ? code : `${code} ${address}`
  })
  return new ConnectionFailedError(`could not connect to ${where}: ${reasons.join(', ')}`, { cause })
}
