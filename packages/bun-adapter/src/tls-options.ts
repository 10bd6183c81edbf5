import type { TlsOptions } from '@sansmtp/core/client'
import { familyOf } from './ip-address.ts'

/** Bun takes `minVersion`, by the number in the protocol, though its types don't tell. */
interface BunTlsOptions extends Bun.TLSOptions {
  readonly minVersion: number
}

const versions = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const

/** The options of a handshake as Bun has them. `verificationError` must have the last word on it. */
export function bunTlsOptions(options: TlsOptions): BunTlsOptions {
  const { serverName, ca, cert, key, minVersion = 'TLSv1.2', rejectUnauthorized = true } = options
  const isAddress = familyOf(serverName) !== undefined
  return {
    // RFC 6066 §3: an address is not sent as a server name. Without one Bun verifies against the host connected to.
    serverName: isAddress ? '' : serverName,
    ...(ca !== undefined && { ca: [ca].flat() }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    minVersion: versions[minVersion],
    // Never left out: then NODE_TLS_REJECT_UNAUTHORIZED would decide. For an address it's decided after the handshake.
    rejectUnauthorized: rejectUnauthorized && !isAddress,
  }
}
