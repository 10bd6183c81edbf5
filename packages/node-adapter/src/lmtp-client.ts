import { LmtpClient as Client, type ConnectOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/** An LMTP client (RFC 2033) over Node's sockets: the server answers for each recipient after the content. */
export class LmtpClient extends Client {
  /**
   * Connects to `lmtp://` (port 2003; STARTTLS is required unless `tls` says otherwise) or `lmtp+unix:///path`, and
   * opens a session.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static connect(url: string, options: ConnectOptions = {}): Promise<LmtpClient> {
    return this.connectBy(connect, url, options)
  }
}
