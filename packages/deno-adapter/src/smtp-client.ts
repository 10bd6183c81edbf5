import { type Address, SmtpClient as Client, type ConnectOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/** An SMTP client (RFC 5321) over Deno's sockets. */
export class SmtpClient extends Client {
  /**
   * Connects to a URL (`smtp://`, `submission://`, where STARTTLS is required unless `tls` says otherwise; `smtps://`,
   * `submissions://`, with TLS from the first byte), to `host:port`, or to an object with `host` and `port`, and opens
   * a session.
   * `tlsOptions.ca` is trusted besides Deno's own authorities, not instead of them.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static connect(address: Address | (Address & ConnectOptions), options: ConnectOptions = {}): Promise<SmtpClient> {
    return this.connectBy(connect, address, options)
  }
}
