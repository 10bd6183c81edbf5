import { type Address, SmtpPool as Pool, type PoolOptions } from '@sansmtp/core/client'
import { connect } from './connect.ts'

/** Sends messages over several connections to one SMTP server, over Cloudflare Workers' sockets. */
export class SmtpPool extends Pool {
  /**
   * Opens nothing yet. The address is as for `SmtpClient.connect`.
   *
   * @throws {InvalidArgumentError} which names the option
   */
  constructor(address: Address, options: PoolOptions = {}) {
    super(connect, address, options)
  }
}
