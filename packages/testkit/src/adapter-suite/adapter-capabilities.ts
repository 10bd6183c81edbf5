/**
 * What an adapter, on its runtime, is able to do beyond what every adapter must. Each is a fact that a test of its
 * own depends on; what is declared `false` is skipped, and shows in the results as skipped. An option that needs what
 * is declared `false` must be refused instead of ignored, which is tested too.
 */
export interface AdapterCapabilities {
  /** Connects to the path of a unix socket. */
  readonly unixSockets: boolean
  /** Connects from the local address that is asked for. The tests take 127.0.0.2, which Linux and Windows have. */
  readonly localAddress: boolean
  /** Tells the address of its own side of the connection, `Transport.local.address`. */
  readonly ownAddress: boolean
  /** Still writes when the peer has ended its side, in clear. */
  readonly halfClose: boolean
  /** Still writes when the peer has ended its side, over TLS. */
  readonly secureHalfClose: boolean
  /** Tells a connection that was reset from one that was ended: reads and writes reject. */
  readonly resets: boolean
  /** Gives out what the peer said before it hung up, though writes fail already. */
  readonly readsAfterFailedWrites: boolean
  /** Takes in only so much as long as nobody reads. */
  readonly readBackPressure: boolean
  /** Leaves a write pending as long as the peer doesn't take it. */
  readonly writeBackPressure: boolean
  /** Begins a connection with TLS. */
  readonly implicitTls: boolean
  /** Upgrades a connection to TLS. */
  readonly startTls: boolean
  /** Hangs up at once in the midst of a TLS handshake, though the peer leaves it unanswered. */
  readonly abandonsHandshakes: boolean
  /** Trusts the authorities that it is told to. Where it doesn't, the runtime's configuration must. */
  readonly namedAuthorities: boolean
  /**
   * Tells any other failure of a handshake from a certificate that it refuses, by `TlsFailedError`. Where it can't, both are
   * a `CertificateError`, `CERTIFICATE_REFUSED`.
   */
  readonly handshakeReasons: boolean
  /** Tells by `CertificateError.check` why it refuses a certificate, and not only that. */
  readonly certificateDetail: boolean
  /** Verifies a certificate for an IP address. */
  readonly addressCertificates: boolean
  /** Takes any certificate where `rejectUnauthorized` is false. */
  readonly unverifiedTls: boolean
  /** Keeps to `minVersion`. */
  readonly minVersion: boolean
  /** Shows a certificate of the client's. */
  readonly clientCertificates: boolean
  /** Tells the version of the protocol and the cipher suite of a TLS connection. */
  readonly tlsFacts: boolean
  /** Tells the channel binding `tls-server-end-point` (RFC 5929 §4). */
  readonly serverEndPointBinding: boolean
  /** Tells the channel binding `tls-exporter` with TLS 1.3 (RFC 9266). */
  readonly exporterBinding: boolean
}

export type AdapterCapability = keyof AdapterCapabilities

/** For an adapter that lacks nothing, or all but a few: `{ ...everyCapability, unixSockets: false }`. */
export const everyCapability: AdapterCapabilities = {
  unixSockets: true,
  localAddress: true,
  ownAddress: true,
  halfClose: true,
  secureHalfClose: true,
  resets: true,
  readsAfterFailedWrites: true,
  readBackPressure: true,
  writeBackPressure: true,
  implicitTls: true,
  startTls: true,
  abandonsHandshakes: true,
  namedAuthorities: true,
  handshakeReasons: true,
  certificateDetail: true,
  addressCertificates: true,
  unverifiedTls: true,
  minVersion: true,
  clientCertificates: true,
  tlsFacts: true,
  serverEndPointBinding: true,
  exporterBinding: true,
}
