import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SinkOptions, SinkPorts, SinkReady, SinkState } from '../sink/sink-messages.ts'
import { pinned } from './pinning.ts'

/** Milliseconds there and back, at the port that is far away. */
export const roundTrip = 50

/** The sink, in a process of its own. */
export class SinkProcess {
  readonly #child: ChildProcess
  readonly ports: SinkPorts
  readonly authority: string

  private constructor(child: ChildProcess, { ports, authority }: SinkReady) {
    this.#child = child
    this.ports = ports
    this.authority = authority
  }

  static async start(cpu: number | undefined): Promise<SinkProcess> {
    const options: SinkOptions = { delay: roundTrip / 2 }
    const file = fileURLToPath(new URL('../sink/sink.js', import.meta.url))
    const [program = '', ...args] = pinned(cpu, [process.execPath, file, JSON.stringify(options)])
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const [ready] = (await once(child, 'message')) as [SinkReady]
    return new SinkProcess(child, ready)
  }

  async state(): Promise<SinkState> {
    const answer = once(this.#child, 'message')
    this.#child.send('state')
    const [state] = (await answer) as [SinkState]
    return state
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}
