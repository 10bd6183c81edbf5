import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

// The server's processes live in a process id namespace whose process 1 is this shell: when it ends, the
// kernel ends every other one, however it detached itself. It ends with the server, or when its standard
// input does; and that end comes with stop(), or with the test run's own end, even by SIGKILL.
const INIT = `
exec 3<&0
trap 'exit 0' TERM
{ read -r _ <&3; kill -TERM $$; } &
"$@" </dev/null 3<&- &
wait $!
`
export const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child'] as const

export class ServerProcess {
  /** Resolves, and never rejects, when no process of the server is left. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess

  constructor(command: readonly string[], logFile: string) {
    const [program, ...options] = NAMESPACE
    const log = openSync(logFile, 'a')
    this.#child = spawn(program, [...options, 'sh', '-c', INIT, 'sh', ...command], {
      stdio: ['pipe', log, log],
    })
    closeSync(log)
    this.ended = once(this.#child, 'exit').then(
      () => {},
      () => {},
    )
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end()
    await this.ended
  }
}
