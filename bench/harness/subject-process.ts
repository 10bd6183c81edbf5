import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { SubjectReady, SubjectRun } from '../subjects/subject.ts'

/** How much is kept of what it complains of. */
const complaintLength = 2_000

/** Milliseconds after which it is held to be stuck. */
const patience = 300_000

/** A subject in a process of its own, which speaks lines of JSON. */
export class SubjectProcess {
  readonly #label: string
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: Interface
  readonly #ended: Promise<unknown>
  #complaint = ''

  private constructor(label: string, [program = '', ...args]: readonly string[]) {
    this.#label = label
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#ended = once(this.#child, 'close').catch((error: Error) => {
      this.#complaint += error.message
    })
    this.#lines = createInterface({ input: this.#child.stdout })
    // Of one that has ended.
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-complaintLength)
    })
  }

  /** Resolves when it is connected, or to the reason why it can't be asked at all. */
  static async start(label: string, command: readonly string[]): Promise<SubjectProcess | { readonly absent: string }> {
    const subject = new SubjectProcess(label, command)
    const { absent } = await subject.#answer<SubjectReady>().catch(({ message }: Error) => ({ absent: message }))
    if (absent === undefined) return subject
    await subject.end()
    // Where this machine has the project is of no interest to those who read of it.
    return { absent: absent.replaceAll(process.cwd(), '') }
  }

  /** @throws {Error} when it ends instead */
  async run(messages: number): Promise<SubjectRun> {
    this.#child.stdin.write(`${messages}\n`)
    return await this.#answer<SubjectRun>()
  }

  async end(): Promise<void> {
    this.#child.stdin.end()
    await this.#ended
  }

  async #answer<Answer>(): Promise<Answer> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patience)
    const line = await Promise.race([once(this.#lines, 'line'), this.#ended.then(() => undefined)])
    clearTimeout(timer)
    if (line === undefined || line[0] === undefined)
      throw new Error(`${this.#label} has ended: ${this.#complaint.trim()}`)
    return JSON.parse(line[0] as string) as Answer
  }
}
