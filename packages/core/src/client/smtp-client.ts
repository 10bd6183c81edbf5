import type { Reply } from '../wire/index.ts'
import type { CallOptions } from './call-options.ts'
import { Client } from './client.ts'
import type { ConnectOptions, SessionOptions } from './connect-options.ts'
import type { Message } from './content-source.ts'
import type { Address } from './endpoint.ts'
import { sessionOpener, sessionOver } from './session-opening.ts'
import type { Connect, Transport } from './transport.ts'

/** An SMTP client (RFC 5321). Each adapter adds `connect(address, options)`. */
export class SmtpClient extends Client {
  /**
   * Connects by an adapter's function and opens a session. The address is a URL: `smtp://` (port 25),
   * `submission://` (587), where STARTTLS is required unless `tls` says otherwise, or `smtps://`, `submissions://`
   * (465, TLS from the first byte); or `host`, `host:port`, `[IPv6]:port`, as with `smtp://`; or an object with `host`
   * and `port`, among which the options may be.
   *
   * @throws {InvalidArgumentError} before anything is sent; {@link ConnectError} when the server greets with anything
   * but 220; else an `SmtpError` that says at what step it ended
   */
  static async connectBy(
    connect: Connect,
    address: Address | (Address & ConnectOptions),
    options: ConnectOptions = {},
  ): Promise<SmtpClient> {
    const open = sessionOpener('smtp', connect, address, options)
    return new this(await open(options.signal), open)
  }

  /**
   * Opens a session over a transport of one's own. With `tls: 'implicit'` TLS must stand already; with STARTTLS
   * `tlsOptions.serverName` is the name to verify.
   *
   * @throws {SmtpError} which says at what step it ended; the transport is closed then
   */
  static async over(transport: Transport, options: SessionOptions = {}): Promise<SmtpClient> {
    return new this(await sessionOver('smtp', transport, options))
  }

  /**
   * HELO (RFC 5321 §4.1.1.1), which asks for no extensions. `name` is the client's own; default: that of `connect`.
   *
   * @returns the server's reply, whatever it is
   */
  async helo(name?: string, options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => ({ verb: 'HELO', domain: this.nameOf(name) }), options)
  }

  /**
   * DATA and a message (RFC 5321 §4.1.1.4), in the transaction that is open. Line endings are made CRLF and dots
   * stuffed.
   *
   * @returns the reply to the message, whatever it is
   * @throws {DataError} when the server does not ask for the message; {@link LocalProtocolError} when no recipient was
   * accepted before
   */
  async data(message: Message, options: CallOptions = {}): Promise<Reply> {
    const replies = await this.sendData('DATA', message, options)
    return replies.at(-1) as Reply
  }

  /**
   * BDAT and a message (RFC 3030), in the transaction that is open: as `data`, in chunks, and where MAIL had
   * BODY=BINARYMIME its octets as they are. URLs in it the server fetches itself (RFC 4468).
   *
   * @returns the reply that decides about the message: that to its last chunk, or the first refusal. After a refusal
   * the transaction is forgotten
   * @throws {NotSupportedError} when the server does not offer CHUNKING, or BURL for URLs; {@link LocalProtocolError}
   * when no recipient was accepted before; {@link ContentSourceError} when a stream fails, and then the transaction is
   * forgotten, or else the connection has ended
   */
  async bdat(message: Message, options: CallOptions = {}): Promise<Reply> {
    const replies = await this.sendData('BDAT', message, options)
    return replies.at(-1) as Reply
  }
}
