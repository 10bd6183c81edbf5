import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of the repository with Bun. */
export function runBun(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const program = join(root, 'runtimes/node_modules/.bin/bun')
  const options = { cwd: root, env: { ...process.env, NO_COLOR: '1', ...env } }
  return new Promise((resolve) => {
    execFile(program, ['run', file, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
