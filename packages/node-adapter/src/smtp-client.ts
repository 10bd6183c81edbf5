import { SmtpClient as Client, type ConnectOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/** An SMTP client (RFC 5321) over Node's sockets. */
export class SmtpClient extends Client {
  /**
   * Connects to `smtp://` (port 25; STARTTLS is required unless `tls` says otherwise) or `smtps://` (port 465, TLS
   * from the first byte), and opens a session.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static connect(url: string, options: ConnectOptions = {}): Promise<SmtpClient> {
    return this.connectBy(connect, url, options)
  }
}
