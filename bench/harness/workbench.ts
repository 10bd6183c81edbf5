import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Mailing, SubjectRun } from '../subjects/subject.ts'
import type { Effort } from './effort.ts'
import { type Pinning, pinned } from './pinning.ts'
import type { Sample } from './question.ts'
import type { Runtime } from './runtimes.ts'
import type { SinkProcess } from './sink-process.ts'
import { SubjectProcess } from './subject-process.ts'

/** What a subject is told beyond what the workbench knows. */
export interface Order extends Pick<Mailing, 'octets' | 'recipients' | 'streamed' | 'way'> {
  readonly port: 'clear' | 'tls' | 'delayed'
  /** Sent in clear, by the same process, before it connects. */
  readonly warmUpMessages?: number
}

/** Where a module of `subjects` is, or a script of Python. */
const locate = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** A runtime, a sink, and what it takes to bring them together. */
export class Workbench {
  readonly runtime: Runtime
  readonly effort: Effort
  readonly #sink: SinkProcess
  readonly #pinning: Pinning | undefined

  constructor(runtime: Runtime, effort: Effort, sink: SinkProcess, pinning: Pinning | undefined) {
    this.runtime = runtime
    this.effort = effort
    this.#sink = sink
    this.#pinning = pinning
  }

  /** Starts a subject; see `SubjectProcess.start`. */
  start(label: string, subject: string, order: Order): ReturnType<typeof SubjectProcess.start> {
    const { port, warmUpMessages, ...rest } = order
    const { ports, authority } = this.#sink
    const mailing: Mailing = {
      ...rest,
      runtime: this.runtime.name,
      port: ports[port],
      tls: port === 'tls',
      authority,
      ...(warmUpMessages !== undefined && { warmUp: { port: ports.clear, messages: warmUpMessages } }),
    }
    const program = subject.endsWith('.py')
      ? ['python3', locate(`../subjects/${subject}`)]
      : [...this.runtime.command, locate('subjects/main.js'), subject]
    return SubjectProcess.start(label, pinned(this.#pinning?.client, [...program, JSON.stringify(mailing)]))
  }

  /**
   * Has a subject send messages, and has the sink count them.
   *
   * @throws {Error} when not all have arrived
   */
  async run(
    subject: SubjectProcess,
    messages: number,
    { recipients, octets, composes }: { recipients: number; octets: number; composes: boolean },
  ): Promise<SubjectRun & Pick<Sample, 'clientCpu' | 'sinkCpu'>> {
    const before = await this.#sink.state()
    const run = await subject.run(messages)
    const after = await this.#sink.state()
    const arrived = {
      messages: after.messages - before.messages,
      recipients: after.recipients - before.recipients,
      octets: after.octets - before.octets,
    }
    const expected = { messages, recipients: messages * recipients, octets: messages * octets }
    // Whoever composes a message itself has a header of its own.
    const rightLength = composes ? arrived.octets > 0 : arrived.octets === expected.octets
    if (arrived.messages !== expected.messages || arrived.recipients !== expected.recipients || !rightLength) {
      throw new Error(`sent ${JSON.stringify(expected)}, and the sink has ${JSON.stringify(arrived)}`)
    }
    return { ...run, clientCpu: run.cpu / run.seconds, sinkCpu: (after.cpu - before.cpu) / run.seconds }
  }

  /** Runs a script of this folder in a process of its own, and returns what it prints. */
  async runScript(script: string, args: readonly string[]): Promise<string> {
    const command = [...this.runtime.command, locate(script), ...args]
    const [program = '', ...rest] = pinned(this.#pinning?.client, command)
    const { stdout } = await promisify(execFile)(program, rest)
    return stdout
  }
}
