import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { host, type Mailing } from './subject.ts'

const lf = 0x0a

/** A socket, and a count of the lines that came. What they say is not looked at. */
export class BareSocket {
  readonly #socket: Socket
  #lines = 0
  #wanted = 0
  #found: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#count(bytes))
    socket.on('error', (error) => {
      throw error
    })
  }

  static async connect({ port, tls, authority }: Mailing): Promise<BareSocket> {
    const socket = tls ? connectTls({ host, port, ca: authority }) : connect({ host, port })
    await once(socket, tls ? 'secureConnect' : 'connect')
    return new BareSocket(socket)
  }

  get lines(): number {
    return this.#lines
  }

  /** Resolves when more may be written. */
  write(bytes: Buffer): Promise<unknown> | undefined {
    return this.#socket.write(bytes) ? undefined : once(this.#socket, 'drain')
  }

  /** Resolves when so many lines have come in all. */
  received(lines: number): Promise<void> | undefined {
    if (this.#lines >= lines) return undefined
    return new Promise((resolve) => {
      this.#wanted = lines
      this.#found = resolve
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #count(bytes: Buffer): void {
    for (let at = bytes.indexOf(lf); at !== -1; at = bytes.indexOf(lf, at + 1)) this.#lines += 1
    if (this.#lines >= this.#wanted) this.#found?.()
  }
}
