/** What a runtime tells about an established TLS connection; what it does not know is absent. */
export interface TlsInfo {
  /** Such as `TLSv1.3`. */
  readonly protocol?: string
  /** The cipher suite by its standard name. */
  readonly cipher?: string
  /** Whether the server's certificate was verified. */
  readonly authorized?: boolean
  /** Whether the client has a certificate to show, as the `cert` of the options says. */
  readonly clientCertificate?: boolean
  readonly channelBindings?: ChannelBindings
}

/** What an authentication can be bound to, by the registered names of its types (RFC 5056 §7). */
export interface ChannelBindings {
  /** Keying material of this connection and no other (RFC 9266). Only of TLS 1.3, whose handshake makes it unique. */
  readonly 'tls-exporter'?: Uint8Array
  /** A hash of the server's certificate (RFC 5929 §4). */
  readonly 'tls-server-end-point'?: Uint8Array
}
