import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const DELIVERY_TIMEOUT = 10_000

/** A mailbox on disk. Servers move a message into `new/` only when it is written whole. */
export class Maildir {
  readonly #folder: string
  readonly #seen = new Set<string>()
  readonly #notWaitedFor = new Set<Buffer>()

  constructor(path: string) {
    this.#folder = join(path, 'new')
  }

  async messages(): Promise<Buffer[]> {
    const names = await this.#names()
    return Promise.all(names.map((name) => readFile(join(this.#folder, name))))
  }

  async waitForMessage(containing: string): Promise<Buffer> {
    const deadline = Date.now() + DELIVERY_TIMEOUT
    while (Date.now() < deadline) {
      await this.#look()
      for (const message of this.#notWaitedFor) {
        if (!message.includes(containing)) continue
        this.#notWaitedFor.delete(message)
        return message
      }
      await delay(20)
    }
    throw new Error(`no new message in ${this.#folder} after ${DELIVERY_TIMEOUT} ms`)
  }

  async #look(): Promise<void> {
    for (const name of await this.#names()) {
      if (this.#seen.has(name)) continue
      this.#seen.add(name)
      this.#notWaitedFor.add(await readFile(join(this.#folder, name)))
    }
  }

  async #names(): Promise<string[]> {
    // The server makes the mailbox with the first message.
    const names = await readdir(this.#folder).catch(() => [])
    const arrivals = await Promise.all(
      names.map(async (name) => {
        const { mtimeNs } = await stat(join(this.#folder, name), { bigint: true })
        return { name, mtimeNs }
      }),
    )
    return arrivals.sort((a, b) => (a.mtimeNs < b.mtimeNs ? -1 : 1)).map(({ name }) => name)
  }
}
