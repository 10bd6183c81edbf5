import { type Address, LmtpClient as Client, type ConnectOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/** An LMTP client (RFC 2033) over Deno's sockets: the server answers for each recipient after the content. */
export class LmtpClient extends Client {
  /**
   * Connects to a URL (`lmtp://`, where STARTTLS is required unless `tls` says otherwise; `lmtp+unix:///path`), to
   * `host:port` or `/path`, or to an object with `host` and `port` or with `path`, and opens a session.
   * `tlsOptions.ca` is trusted besides Deno's own authorities, not instead of them.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static connect(address: Address | (Address & ConnectOptions), options: ConnectOptions = {}): Promise<LmtpClient> {
    return this.connectBy(connect, address, options)
  }
}
