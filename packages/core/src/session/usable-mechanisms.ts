import type { ClientConnection } from '../connection/index.ts'
import { NotSupportedError } from '../errors/index.ts'
import type { AuthenticationOptions, ExchangeOptions } from './authentication-options.ts'
import type { Credentials } from './credentials.ts'
import type { SaslMechanism } from './sasl/mechanism.ts'
import { mechanisms } from './sasl/mechanisms.ts'

/**
 * The mechanisms to try, in order: those that the server offers too, that these credentials fit, and that may be used on
 * this connection.
 *
 * @throws {NotSupportedError} when there is none
 */
export function usableMechanisms(
  connection: ClientConnection,
  options: AuthenticationOptions,
): readonly SaslMechanism[] {
  const offered = connection.capabilities.authMechanisms
  if (offered.length === 0) throw new NotSupportedError('AUTH', 'the server offers no authentication')
  const { mechanisms: ours = mechanisms, credentials } = options
  const fit = ours.filter((mechanism) => isFit(mechanism, connection, credentials))
  const common = fit.filter(({ name }) => offered.includes(name))
  if (common.length === 0) throw nothingInCommon(offered, ours, fit)
  const usable = common.filter((mechanism) => maySend(connection, mechanism, options))
  if (usable.length === 0) throw passwordNeedsTls()
  // What is refused with channel binding and taken without is what channel binding is to prevent.
  return usable.filter(({ name }) => !usable.some((other) => other.name === `${name}-PLUS`))
}

/** @throws {NotSupportedError} when it would show a credential where that is not allowed */
export function checkMaySend(connection: ClientConnection, mechanism: SaslMechanism, options: ExchangeOptions): void {
  if (!maySend(connection, mechanism, options)) throw passwordNeedsTls()
}

function isFit(mechanism: SaslMechanism, { tls }: ClientConnection, credentials: Credentials): boolean {
  const { proof = 'password', carriesAuthzid = true, bindsChannel = false } = mechanism
  if (bindsChannel && Object.keys(tls?.channelBindings ?? {}).length === 0) return false
  // One that can't say whom to act as would let the user in as somebody else.
  if (!carriesAuthzid && !actsAsItself(credentials)) return false
  switch (proof) {
    case 'password':
      return 'pass' in credentials
    case 'token':
      return 'token' in credentials
    case 'certificate':
      return tls?.clientCertificate === true
    case 'nothing':
      return true
  }
}

function actsAsItself(credentials: Credentials): boolean {
  const { authzid } = credentials
  return authzid === undefined || ('user' in credentials && credentials.user === authzid)
}

function maySend({ secure }: ClientConnection, { plaintext }: SaslMechanism, options: ExchangeOptions): boolean {
  const { allowInsecureAuth = false, tlsOnly = false } = options
  return secure || allowInsecureAuth || (!plaintext && !tlsOnly)
}

function nothingInCommon(
  offered: readonly string[],
  ours: readonly SaslMechanism[],
  fit: readonly SaslMechanism[],
): NotSupportedError {
  const names = (mechanisms: readonly SaslMechanism[]) => mechanisms.map(({ name }) => name).join(', ') || 'none'
  const unfit = ours.filter((mechanism) => !fit.includes(mechanism))
  const besides = unfit.length === 0 ? '' : `, and with other credentials or over other connections ${names(unfit)}`
  const message = `no mechanism in common: the server offers ${offered.join(', ')}; usable here are ${names(fit)}`
  return new NotSupportedError('AUTH', message + besides)
}

function passwordNeedsTls(): NotSupportedError {
  const message = 'a password is not sent without TLS; connect with TLS, or set allowInsecureAuth to send it in clear'
  return new NotSupportedError('STARTTLS', message)
}
