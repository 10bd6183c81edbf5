import type { Socket } from 'node:net'

interface Reader {
  resolve(bytes: Buffer): void
  reject(error: Error): void
}

/** A socket that is read by asking. Of what nobody asks for it takes no more in than its high-water mark. */
export class SocketStream {
  readonly socket: Socket
  #returned: Buffer[] = []
  #reader: Reader | undefined
  #ended = false
  #failure: Error | undefined

  /** `socket` is connected, and read by nobody else. */
  constructor(socket: Socket) {
    this.socket = socket
    const end = () => {
      this.#ended = true
      this.#serve()
    }
    socket.on('readable', () => this.#serve()).on('end', end)
    socket.on('error', (error) => {
      this.#failure ??= error
      this.#serve()
    })
    socket.on('close', end)
  }

  /** What comes next; empty at the end. */
  read(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      this.#serve()
    })
  }

  /** Gives back what was read and is to be read again. */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#returned.unshift(bytes)
  }

  /** Resolves when the system has taken it all. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(data, (error) => (error ? reject(error) : resolve()))
    })
  }

  #serve(): void {
    const reader = this.#reader
    if (reader === undefined) return
    const bytes: Buffer | null = this.#returned.shift() ?? this.socket.read()
    if (bytes !== null) reader.resolve(bytes)
    else if (this.#failure !== undefined) reader.reject(this.#failure)
    else if (this.#ended) reader.resolve(Buffer.alloc(0))
    else return
    this.#reader = undefined
  }
}
