import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** Runs a program, which must not hang, and returns what it printed. Rejects, with that, when it does not end well. */
export async function runProgram(program, args, { cwd, env = {}, timeout = 180_000 } = {}) {
  const child = spawn(program, args, {
    cwd,
    // Without colours, so that what is shown of it can be read anywhere.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (end !== 0) throw new Error(`${program} ended with ${end}\n${stdout}\n${stderr}`)
  return stdout
}
