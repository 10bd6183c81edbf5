import { decodeUtf8 } from '@sansmtp/core'

/** An AUTH exchange so far. */
export interface SaslExchange {
  /** In upper case. */
  readonly mechanism: string
  /** What the client has said, the initial response first if there was one. */
  readonly responses: readonly Uint8Array[]
}

/** What comes next: another challenge in base64, the proof that it is that user, or nothing of the kind. */
export type SaslStep = { readonly challenge: string } | { readonly user: string } | 'refused'

type Mechanism = (responses: readonly string[], users: ReadonlyMap<string, string>) => SaslStep

const mechanisms: Readonly<Record<string, Mechanism>> = {
  /** RFC 4616. It may not act as anybody else. */
  PLAIN(responses, users) {
    const [message] = responses
    if (message === undefined) return { challenge: '' }
    const [authzid, user, pass, ...more] = message.split('\0')
    if (user === undefined || pass === undefined || more.length > 0) return 'refused'
    return authzid === '' || authzid === user ? proven(user, pass, users) : 'refused'
  },
  /** draft-murchison-sasl-login-00, `Username:` and `Password:`. */
  LOGIN(responses, users) {
    const [user, pass] = responses
    if (user === undefined) return { challenge: 'VXNlcm5hbWU6' }
    return pass === undefined ? { challenge: 'UGFzc3dvcmQ6' } : proven(user, pass, users)
  },
}

function proven(user: string, pass: string, users: ReadonlyMap<string, string>): SaslStep {
  return users.get(user) === pass ? { user } : 'refused'
}

export function knowsMechanism(name: string): boolean {
  return Object.hasOwn(mechanisms, name)
}

export function saslStep({ mechanism, responses }: SaslExchange, users: ReadonlyMap<string, string>): SaslStep {
  return mechanisms[mechanism]?.(responses.map(decodeUtf8), users) ?? 'refused'
}

/** Who the client says it is, proven or not: for a policy that lets in anybody. */
export function claimedUser({ mechanism, responses }: SaslExchange): string {
  const [first = new Uint8Array(0)] = responses
  const text = decodeUtf8(first)
  return mechanism === 'PLAIN' ? (text.split('\0')[1] ?? '') : text
}
