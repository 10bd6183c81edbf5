import { Client } from './client.ts'
import type { ConnectOptions, SessionOptions } from './connect-options.ts'
import { connectSession, startSession } from './session-opening.ts'
import type { Connect, Transport } from './transport.ts'

/** An SMTP client (RFC 5321). Each adapter adds `connect(url, options)`. */
export class SmtpClient extends Client {
  /**
   * Connects by an adapter's function to `smtp://` (port 25; STARTTLS is required unless `tls` says otherwise) or
   * `smtps://` (port 465, TLS from the first byte), and opens a session.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static async connectBy(connect: Connect, url: string, options: ConnectOptions = {}): Promise<SmtpClient> {
    return new this(await connectSession('smtp', connect, url, options))
  }

  /**
   * Opens a session over a transport of one's own. With `tls: 'implicit'` TLS must stand already; with STARTTLS
   * `tlsOptions.serverName` is the name to verify.
   *
   * @throws {SmtpError} which says at what step it ended; the transport is closed then
   */
  static async over(transport: Transport, options: SessionOptions = {}): Promise<SmtpClient> {
    return new this(await startSession('smtp', transport, options))
  }
}
