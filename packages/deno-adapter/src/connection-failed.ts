import { type ConnectionFailedError, escapeForDisplay } from '@sansmtp/core'
import { connectionFailed as failed, type Target } from '@sansmtp/core/client'

/** What a failed attempt rejects with. Deno tells of one address only, and not which. */
export function connectionFailed(target: Target, cause: unknown): ConnectionFailedError {
  return failed(target, [reasonOf(cause as Error)], cause)
}

function reasonOf(error: Error & { readonly code?: string }): string {
  const { code, message } = error
  const flag = error instanceof Deno.errors.NotCapable && /--allow-[a-z]+/.exec(message)
  if (flag) return `the program lacks the permission ${flag[0]}`
  // Deno's messages quote the caller's values as they are.
  return code ?? escapeForDisplay(message)
}
