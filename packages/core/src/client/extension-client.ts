import type { ClientConnection } from '../connection/index.ts'
import { NotSupportedError } from '../errors/index.ts'
import { establish, request, xclient, xforward } from '../session/index.ts'
import {
  forwardedAttributes,
  queueName,
  type Reply,
  type XclientAttributes,
  type XforwardAttributes,
} from '../wire/index.ts'
import { type CallOptions, signalOf } from './call-options.ts'
import { checkedText } from './checked.ts'
import { CommandClient } from './command-client.ts'
import type { Run } from './session-client.ts'

/** Commands of extensions, which a server may offer or not. */
export class ExtensionClient extends CommandClient {
  /** Whose server has forgotten who was authenticated, and what else was done to open the session. */
  #forgotten: ClientConnection | undefined

  /**
   * XCLIENT (Postfix's XCLIENT_README), for those whom the server trusts: it takes this client for another one, from
   * now on. What `connect` was to do before (EHLO, STARTTLS) is done first, but no AUTH, which XCLIENT would undo. After
   * a 220 nothing is known of the server and EHLO is due again, and AUTH where `connect` was given credentials; the
   * next call that needs them does it.
   *
   * Attributes that make more than one line go in several commands with EHLO between them, ADDR in the last.
   *
   * @returns 220, or the refusal, whatever it is
   * @throws {InvalidArgumentError} which names the attribute; {@link NotSupportedError} when the server does not offer
   * XCLIENT, or not with an attribute; {@link LocalProtocolError} when a transaction is open; all before XCLIENT is sent
   */
  async xclient(attributes: XclientAttributes, options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const given = forwardedAttributes('XCLIENT', attributes)
    return await this.call(signal, async (run) => {
      await this.establish(run, 'credentials')
      const reply = await run((connection) => xclient(connection, this.nameOf(), given))
      // Another connection would be nobody else's.
      if (reply.code === 220) this.noteByHand()
      return reply
    })
  }

  /**
   * XFORWARD (Postfix's XFORWARD_README), for those whom the server trusts: for its logs, from whom the next message
   * came first. It holds for one transaction; `rset` and `ehlo` before it forget it. What `connect` was to do before
   * (EHLO, STARTTLS, AUTH) is done first.
   *
   * @returns 250, or the refusal, whatever it is
   * @throws {InvalidArgumentError} which names the attribute; {@link NotSupportedError} when the server does not offer
   * XFORWARD, or not with an attribute; {@link LocalProtocolError} when a transaction is open; all before XFORWARD is
   * sent
   */
  async xforward(attributes: XforwardAttributes, options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const given = forwardedAttributes('XFORWARD', attributes)
    return await this.call(signal, async (run) => {
      await this.establish(run)
      return await run((connection) => xforward(connection, given))
    })
  }

  /**
   * ETRN (RFC 1985): asks the server to send what it holds for a host; for `@` and a domain, for all hosts in it; for
   * `#` and a name, what is in that queue. What `connect` was to do before (EHLO, STARTTLS, AUTH) is done first.
   *
   * @returns the server's reply, whatever it is
   * @throws {InvalidArgumentError} {@link NotSupportedError} before ETRN is sent
   */
  async etrn(node: string, options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const argument = queueName(checkedText(node, 'node'))
    return await this.call(signal, async (run) => {
      await this.establish(run)
      return await run((connection) => {
        if (connection.capabilities.has('ETRN')) return request(connection, { verb: 'ETRN', argument })
        throw new NotSupportedError('ETRN', 'the server does not offer ETRN')
      })
    })
  }

  protected override queue<Result>(
    signal: AbortSignal | undefined,
    work: (run: Run) => Promise<Result>,
  ): Promise<Result> {
    return super.queue(signal, async (run) => {
      const { connection } = this
      const { authenticated } = connection
      try {
        return await work(run)
      } finally {
        if (authenticated && !connection.authenticated) this.#forgotten = connection
      }
    })
  }

  /** Also where the caller has said EHLO since: what was done before counts no more. */
  protected override async establish(run: Run, without?: 'credentials'): Promise<void> {
    if (without !== undefined || this.#forgotten !== this.connection) return await super.establish(run, without)
    await run((connection) => establish(connection, this.session.opening))
    this.#forgotten = undefined
  }
}
