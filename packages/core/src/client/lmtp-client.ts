import { Client } from './client.ts'
import type { ConnectOptions, SessionOptions } from './connect-options.ts'
import { connectSession, startSession } from './session-opening.ts'
import type { Connect, Transport } from './transport.ts'

/**
 * An LMTP client (RFC 2033): as SMTP, but the server answers for each recipient after the content. Each adapter
 * adds `connect(url, options)`.
 */
export class LmtpClient extends Client {
  /**
   * Connects by an adapter's function to `lmtp://` (port 2003; STARTTLS is required unless `tls` says otherwise) or
   * `lmtp+unix:///path`, and opens a session.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static async connectBy(connect: Connect, url: string, options: ConnectOptions = {}): Promise<LmtpClient> {
    return new this(await connectSession('lmtp', connect, url, options))
  }

  /**
   * Opens a session over a transport of one's own.
   *
   * @throws {SmtpError} which says at what step it ended; the transport is closed then
   */
  static async over(transport: Transport, options: SessionOptions = {}): Promise<LmtpClient> {
    return new this(await startSession('lmtp', transport, options))
  }
}
