import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

/** As much of IMAP as it takes to have a server make a URL of a message. */
export class ImapSession implements AsyncDisposable {
  readonly #socket: TLSSocket
  #received = ''
  #tag = 0

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text
    })
  }

  static async connect(port: number, ca: string): Promise<ImapSession> {
    const socket = connect({ host: '127.0.0.1', port, ca })
    await once(socket, 'secureConnect')
    return new ImapSession(socket)
  }

  /**
   * All that the server answers, up to the line that ends it.
   *
   * @throws {Error} when that is not OK
   */
  async command(line: string): Promise<string> {
    this.#tag += 1
    const tag = `a${this.#tag}`
    this.#socket.write(`${tag} ${line}\r\n`)
    const end = new RegExp(`^${tag} (OK|NO|BAD) .*\r\n`, 'm')
    let found = end.exec(this.#received)
    while (found === null) {
      await once(this.#socket, 'data')
      found = end.exec(this.#received)
    }
    const answer = this.#received
    this.#received = ''
    if (found[1] !== 'OK') throw new Error(`${line} was answered with ${answer}`)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }
}
