import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Driver, Job } from './job.ts'
import type { Outcome } from './outcome.ts'

const program = new URL('smtplib_driver.py', import.meta.url).pathname

/** How `email.utils` takes what is no proper address: since a fix in 2024, which distributions have put into older ones, strictly. */
export type AddressParser = 'strict' | 'lenient'

/** One Python process, which makes the calls of one job after another with smtplib. */
export class SmtplibDriver implements Driver {
  readonly #python: ChildProcessByStdio<Writable, Readable, null>
  readonly #ended: Promise<void>
  readonly #lines: AsyncIterator<string>
  readonly #facts: Promise<{ readonly addressParser: AddressParser }>
  #last: Promise<unknown>

  constructor() {
    this.#python = spawn('python3', ['-I', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#ended = new Promise((resolve) => this.#python.once('close', () => resolve()))
    this.#python.on('error', (error) => console.error(`python3 can't be started: ${error.message}`))
    // A Python that has ended is told by its output, which ends too.
    this.#python.stdin.on('error', () => {})
    this.#lines = createInterface(this.#python.stdout)[Symbol.asyncIterator]()
    this.#facts = this.#readLine()
    this.#last = this.#facts.catch(() => {})
  }

  /** The one that this Python has. */
  async addressParser(): Promise<AddressParser> {
    return (await this.#facts).addressParser
  }

  run(job: Job): Promise<readonly Outcome[]> {
    const outcomes = this.#last.then(() => this.#run(job))
    this.#last = outcomes.catch(() => {})
    return outcomes
  }

  async stop(): Promise<void> {
    this.#python.stdin.end()
    await this.#ended
  }

  async #run(job: Job): Promise<readonly Outcome[]> {
    this.#python.stdin.write(`${JSON.stringify(job)}\n`)
    return await this.#readLine()
  }

  async #readLine<Value>(): Promise<Value> {
    const line = await this.#lines.next()
    if (line.done) throw new Error('there is no Python to ask; what it said is on standard error')
    return JSON.parse(line.value)
  }
}
