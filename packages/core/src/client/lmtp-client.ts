import type { Reply } from '../wire/index.ts'
import type { CallOptions } from './call-options.ts'
import { Client } from './client.ts'
import type { ConnectOptions, SessionOptions } from './connect-options.ts'
import type { Message } from './content-source.ts'
import type { Address } from './endpoint.ts'
import { sessionOpener, sessionOver } from './session-opening.ts'
import type { Connect, Transport } from './transport.ts'

/**
 * An LMTP client (RFC 2033): as SMTP, but the server answers for each recipient after the content. Each adapter
 * adds `connect(address, options)`.
 */
export class LmtpClient extends Client {
  /**
   * Connects by an adapter's function and opens a session. The address is a URL: `lmtp://` (port 2003; STARTTLS is
   * required unless `tls` says otherwise) or `lmtp+unix:///path`; or `host`, `host:port`, `[IPv6]:port` or the `/path`
   * of a unix socket; or an object with `host` and `port` or with `path`, among which the options may be.
   *
   * @throws {InvalidArgumentError} before anything is sent; {@link ConnectError} when the server greets with anything
   * but 220; else an `SmtpError` that says at what step it ended
   */
  static async connectBy(
    connect: Connect,
    address: Address | (Address & ConnectOptions),
    options: ConnectOptions = {},
  ): Promise<LmtpClient> {
    const open = sessionOpener('lmtp', connect, address, options)
    return new this(await open(options.signal), open)
  }

  /**
   * Opens a session over a transport of one's own.
   *
   * @throws {SmtpError} which says at what step it ended; the transport is closed then
   */
  static async over(transport: Transport, options: SessionOptions = {}): Promise<LmtpClient> {
    return new this(await sessionOver('lmtp', transport, options))
  }

  /**
   * DATA and a message (RFC 2033 §4.2), in the transaction that is open. Line endings are made CRLF and dots stuffed.
   *
   * @returns a reply for each recipient that was accepted before, in their order; fewer when one of them is 421
   * @throws {DataError} when the server does not ask for the message; {@link LocalProtocolError} when no recipient was
   * accepted before
   */
  async data(message: Message, options: CallOptions = {}): Promise<readonly Reply[]> {
    return await this.sendData('DATA', message, options)
  }

  /**
   * BDAT and a message (RFC 3030), in the transaction that is open: as `data`, in chunks, and where MAIL had
   * BODY=BINARYMIME its octets as they are. URLs in it the server fetches itself (RFC 4468).
   *
   * @returns a reply for each recipient that was accepted before, in their order; where a chunk is refused, that refusal
   * alone. After a refusal of a chunk, or for all, the transaction is forgotten
   * @throws {NotSupportedError} when the server does not offer CHUNKING, or BURL for URLs; {@link LocalProtocolError}
   * when no recipient was accepted before
   */
  async bdat(message: Message, options: CallOptions = {}): Promise<readonly Reply[]> {
    return await this.sendData('BDAT', message, options)
  }
}
