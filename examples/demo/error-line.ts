import { AbortedError } from '@sansmtp/node'
import { printable } from './printable.ts'

/** An error as one line, its code first. */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error))
  const code = 'code' in error ? `${error.code}: ` : ''
  const reason = error instanceof AbortedError && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return printable(`${code}${error.message}${reason}`.trim())
}
