import type { TlsInfo } from '../connection/index.ts'
import { InvalidArgumentError } from '../errors/index.ts'
import type { StartTlsPolicy } from '../session/index.ts'
import { domainToALabels, isAscii } from '../wire/index.ts'
import type { Endpoint } from './endpoint.ts'
import type { TlsOptions } from './transport.ts'

/** When TLS is to stand: what `StartTlsPolicy` says, or from the first byte. */
export type TlsPolicy = StartTlsPolicy | 'implicit'

/**
 * What a URL's scheme and the `tls` option say together.
 *
 * @throws {InvalidArgumentError} when the option would take back what the scheme says
 */
export function tlsPolicyOf({ target, implicitTls }: Endpoint, asked: TlsPolicy | undefined): TlsPolicy {
  if (implicitTls) {
    if (asked === undefined || asked === 'implicit' || asked === 'required') return 'implicit'
    throw new InvalidArgumentError(
      'tls',
      'must not be relaxed for smtps:// and submissions://, which begin with TLS',
      asked,
    )
  }
  // A unix socket is no network: nobody is in the path, and no certificate has its name.
  return asked ?? ('path' in target ? 'off' : 'required')
}

/**
 * The options of a handshake; `undefined` where there will be none.
 *
 * @throws {InvalidArgumentError} when there is no name to verify the certificate against, or it has no A-labels
 */
export function tlsOptionsFor(policy: TlsPolicy, options: Partial<TlsOptions> = {}): TlsOptions | undefined {
  const { serverName } = options
  if (policy === 'off') return undefined
  if (serverName === undefined || serverName === '') throw serverNameMissing()
  return {
    ...options,
    serverName: isAscii(serverName) ? serverName : domainToALabels(serverName, 'tlsOptions.serverName'),
  }
}

export function serverNameMissing(): InvalidArgumentError {
  return new InvalidArgumentError(
    'tlsOptions.serverName',
    "is needed for TLS: the name that the server's certificate must have",
  )
}

/** What is known of TLS, and that the client has a certificate to show if it has. */
export function withClientCertificate(info: TlsInfo, { cert }: Partial<TlsOptions>): TlsInfo {
  return cert === undefined ? info : { ...info, clientCertificate: true }
}
