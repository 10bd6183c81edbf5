import { type Address, LmtpClient as Client, type ConnectOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/**
 * An LMTP client (RFC 2033) over the sockets of Cloudflare Workers: the server answers for each recipient after the
 * content.
 */
export class LmtpClient extends Client {
  /**
   * Connects to a URL (`lmtp://`, where STARTTLS is required unless `tls` says otherwise), to `host:port`, or to an object
   * with `host` and `port`, and opens a session. Workers have no unix sockets.
   *
   * @throws {InvalidArgumentError} before anything is sent; else an `SmtpError` that says at what step it ended
   */
  static connect(address: Address | (Address & ConnectOptions), options: ConnectOptions = {}): Promise<LmtpClient> {
    return this.connectBy(connect, address, options)
  }
}
