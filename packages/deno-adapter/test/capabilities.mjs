import { everyCapability } from '@sansmtp/testkit/adapter-suite/portable'

/**
 * What `@sansmtp/deno` is able to do: each reason for a `false` was measured on Deno 2.9.6. `namedAuthorities` is so
 * with a reservation: Deno trusts them besides its own (Mozilla's, or what DENO_TLS_CA_STORE and DENO_CERT say).
 *
 * @type {import('@sansmtp/testkit/adapter-suite').AdapterCapabilities}
 */
export const capabilities = {
  ...everyCapability,
  // Deno.connect has no option for it.
  localAddress: false,
  // TlsConn.close() rejects the handshake at once, but Deno keeps the socket until the peer has ended the handshake,
  // and Deno.startTls has consumed the handle by which it could be closed.
  abandonsHandshakes: false,
  // Deno.startTls can leave out the check of the name, but not that of the chain.
  unverifiedTls: false,
  // Deno.startTls has no option for it, and TlsConn does not tell what was agreed on.
  minVersion: false,
  // Deno.startTls ignores `cert` and `key`. Deno.connectTls takes them, but verifies the host that it connects to, and
  // no other name, and can't be aborted.
  clientCertificates: false,
  // TlsConn.handshake() tells the ALPN protocol and nothing else.
  tlsFacts: false,
  // TlsConn does not show the peer's certificate.
  serverEndPointBinding: false,
  // TlsConn does not export keying material.
  exporterBinding: false,
}
