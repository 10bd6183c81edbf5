import { everyCapability } from '@sansmtp/testkit/adapter-suite/portable'

/** What `@sansmtp/workers` is able to do: all that `cloudflare:sockets` of workerd 1.20261117 is. */
export const capabilities = {
  ...everyCapability,
  // `connect` takes a host name and a port, and nothing that says where from. `opened` tells no `localAddress`.
  unixSockets: false,
  localAddress: false,
  ownAddress: false,
  // As soon as a write has failed, reads end, whatever came before.
  readsAfterFailedWrites: false,
  // A socket that is closed in the midst of a handshake stays connected until the request ends or the server hangs up.
  abandonsHandshakes: false,
  // `startTls` takes the name to be verified, and nothing else.
  namedAuthorities: false,
  unverifiedTls: false,
  minVersion: false,
  clientCertificates: false,
  // Whatever fails in a handshake, `opened` rejects with an Error "internal error; reference = …".
  handshakeReasons: false,
  certificateDetail: false,
  // A socket tells nothing of its TLS.
  tlsFacts: false,
  serverEndPointBinding: false,
  exporterBinding: false,
}
