import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * Runs a built example, such as `smtplib/smtp`, and returns what it prints. Rejects, with what it printed too, when it ends
 * with another code than 0.
 */
export async function runExample(
  example: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = resolve(import.meta.dirname, `../../examples/dist/${example}.js`)
  const running = promisify(execFile)(process.execPath, [file, ...args])
  running.child.stdin?.end(input)
  return await running
}
