import { rmSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Maildir } from './maildir.ts'
import type { MailServer } from './server.ts'
import { ServerProcess } from './server-process.ts'
import { type Endpoint, waitForGreeting } from './wait-for-greeting.ts'

const START_TIMEOUT = 20_000
const LOG_TIMEOUT = 10_000

/** Mailboxes belong to Debian's `nobody`: the servers write them as somebody, but never as root. */
export const MAIL_OWNER = 65534

export interface Setup<Endpoints> {
  readonly command: readonly string[]
  readonly endpoints: Endpoints
  readonly greeting: readonly Endpoint[]
  /** Where it logs besides `log`, below the directory. */
  readonly logs?: readonly string[]
}

export abstract class MaildirServer<Endpoints> implements MailServer<Endpoints> {
  abstract readonly name: string
  abstract readonly storedLineEnd: '\r\n' | '\n'
  #directory: string | undefined
  #process: ServerProcess | undefined
  #logs: readonly string[] = []
  readonly #mailboxes = new Map<string, Maildir>()
  // Synchronous, since it is the exit listener too.
  readonly #removeDirectory = (): void => {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true, maxRetries: 3 })
  }

  /** Writes the configuration. The server logs to `log` and delivers to `mail/<user>/`, below `directory`. */
  protected abstract setUp(directory: string): Promise<Setup<Endpoints>>

  async start(): Promise<Endpoints> {
    const directory = await mkdtemp(join(tmpdir(), `sansmtp-${this.name.toLowerCase().replaceAll(/\W/g, '-')}-`))
    this.#directory = directory
    process.once('exit', this.#removeDirectory)
    await chmod(directory, 0o755)
    await mkdir(join(directory, 'mail'))
    await chown(join(directory, 'mail'), MAIL_OWNER, MAIL_OWNER)

    const { command, endpoints, greeting, logs = [] } = await this.setUp(directory)
    this.#logs = ['log', ...logs]
    this.#process = new ServerProcess(command, join(directory, 'log'))
    try {
      await untilGreeted(greeting, this.#process)
    } catch (error) {
      const log = await this.log()
      await this.stop()
      throw new Error(`${this.name} did not start: ${(error as Error).message}\n${log}`, { cause: error })
    }
    return endpoints
  }

  async stop(): Promise<void> {
    await this.#process?.stop()
    this.#process = undefined
    this.#removeDirectory()
    process.off('exit', this.#removeDirectory)
    this.#directory = undefined
    this.#mailboxes.clear()
  }

  messages(user: string): Promise<Buffer[]> {
    return this.#mailbox(user).messages()
  }

  waitForMessage(user: string, containing: string): Promise<Buffer> {
    return this.#mailbox(user).waitForMessage(containing)
  }

  async log(): Promise<string> {
    // A log that nothing was written to need not exist.
    const texts = this.#logs.map((name) => readFile(this.#path(name), 'utf8').catch(() => ''))
    return (await Promise.all(texts)).join('')
  }

  async waitForLog(pattern: RegExp): Promise<RegExpMatchArray> {
    const deadline = Date.now() + LOG_TIMEOUT
    for (;;) {
      const log = await this.log()
      const found = log.match(pattern)
      if (found !== null) return found
      if (Date.now() > deadline) {
        throw new Error(`no ${pattern} in the log of ${this.name} after ${LOG_TIMEOUT} ms:\n…${log.slice(-2000)}`)
      }
      await delay(20)
    }
  }

  #mailbox(user: string): Maildir {
    const known = this.#mailboxes.get(user)
    if (known !== undefined) return known
    const mailbox = new Maildir(this.#path('mail', user))
    this.#mailboxes.set(user, mailbox)
    return mailbox
  }

  #path(...names: string[]): string {
    if (this.#directory === undefined) throw new Error(`${this.name} has not been started`)
    return join(this.#directory, ...names)
  }
}

async function untilGreeted(endpoints: readonly Endpoint[], serverProcess: ServerProcess): Promise<void> {
  const gone = new AbortController()
  void serverProcess.ended.then(() => gone.abort(new Error('its processes have ended')))
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(START_TIMEOUT)])
  await Promise.all(endpoints.map((endpoint) => waitForGreeting(endpoint, signal)))
}
