import { decodeMessage, encodeMessage, type Message, type MessageFields } from './message.ts'

interface Answer extends MessageFields {
  readonly result?: Message
  readonly error?: { readonly message: string; readonly stack: string }
}

/** Something in a server host, which is asked for its operations there. */
export class RemoteObject {
  readonly #address: string
  readonly #id: number
  /** What was asked for without waiting. */
  #underWay: Promise<unknown> = Promise.resolve()
  #underWayCount = 0

  constructor(address: string, id: number = 0) {
    this.#address = address
    this.#id = id
  }

  /** @throws {Error} the operation's own, with the stack that it had there */
  async ask(operation: string, ...args: (Message | undefined)[]): Promise<Message> {
    if (this.#underWayCount > 0) await this.#underWay
    return this.#post(operation, args)
  }

  /** In order, one at a time, and before whatever is asked for later. An error is the next one's who asks. */
  tell(operation: string, ...args: (Message | undefined)[]): void {
    this.#underWayCount += 1
    this.#underWay = this.#underWay.then(() => this.#post(operation, args))
    const done = () => {
      this.#underWayCount -= 1
    }
    this.#underWay.then(done, () => {})
  }

  async #post(operation: string, args: (Message | undefined)[]): Promise<Message> {
    const body = encodeMessage([this.#id, operation, ...args.filter((each) => each !== undefined)])
    const response = await fetch(this.#address, { method: 'POST', body })
    if (!response.ok) throw new Error(`the server host answered ${response.status}`)
    const { result = null, error } = decodeMessage(new Uint8Array(await response.arrayBuffer())) as Answer
    if (error === undefined) return result
    const failure = new Error(error.message)
    failure.stack = `${error.stack}\n    in the server host, asked for ${operation} by\n${failure.stack}`
    throw failure
  }
}
