import { decodeUtf8 } from '@sansmtp/core'
import type { SaslStep } from './sasl-step.ts'
import { type ScramSettings, scramMechanisms, scramStep, scramUser } from './scram.ts'

/** An AUTH exchange so far. */
export interface SaslExchange {
  /** In upper case. */
  readonly mechanism: string
  /** What the client has said, the initial response first if there was one. */
  readonly responses: readonly Uint8Array[]
}

/** What a server knows of its users. */
export interface SaslSettings extends ScramSettings {
  readonly users: ReadonlyMap<string, string>
  readonly tokens: ReadonlyMap<string, string>
}

type Mechanism = (responses: readonly string[], settings: SaslSettings) => SaslStep

const mechanisms: Readonly<Record<string, Mechanism>> = {
  /** RFC 4616. It may not act as anybody else. */
  PLAIN(responses, { users }) {
    const [message] = responses
    if (message === undefined) return { challenge: '' }
    const [authzid, user, pass, ...more] = message.split('\0')
    if (user === undefined || pass === undefined || more.length > 0) return 'refused'
    return authzid === '' || authzid === user ? proven(user, pass, users) : 'refused'
  },
  /** draft-murchison-sasl-login-00, `Username:` and `Password:`. */
  LOGIN(responses, { users }) {
    const [user, pass] = responses
    if (user === undefined) return { challenge: 'VXNlcm5hbWU6' }
    return pass === undefined ? { challenge: 'UGFzc3dvcmQ6' } : proven(user, pass, users)
  },
  /** Google's; the challenge in answer to a token that is not taken is `{"status":"401"}`. */
  XOAUTH2(responses, { tokens }) {
    const [, user = '', token = ''] =
      /^user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01$/.exec(responses[0] ?? '') ?? []
    return borne(responses, 'eyJzdGF0dXMiOiI0MDEifQ==', () => proven(user, token, tokens))
  },
  /** RFC 7628; the challenge is `{"status":"invalid_token"}`. Fields besides the token are not looked at. */
  OAUTHBEARER(responses, { tokens }) {
    const [, name = '', token = ''] =
      /^n,a=([^,]*),\x01(?:[a-z]+=[^\x01]*\x01)*?auth=Bearer ([^\x01]*)\x01\x01$/.exec(responses[0] ?? '') ?? []
    const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
    return borne(responses, 'eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=', () => proven(user, token, tokens))
  },
}

/** A token is taken, or explained to be wrong and refused when the client has taken note of that. */
function borne(responses: readonly string[], explanation: string, prove: () => SaslStep): SaslStep {
  if (responses.length === 0) return { challenge: '' }
  const step = prove()
  if (step !== 'refused') return step
  return responses.length === 1 ? { challenge: explanation } : 'refused'
}

function proven(user: string, pass: string, users: ReadonlyMap<string, string>): SaslStep {
  return users.get(user) === pass ? { user } : 'refused'
}

export function knowsMechanism(name: string): boolean {
  return Object.hasOwn(mechanisms, name) || scramMechanisms.includes(name)
}

export function saslStep({ mechanism, responses }: SaslExchange, settings: SaslSettings): SaslStep {
  if (scramMechanisms.includes(mechanism)) return scramStep(mechanism, responses, settings)
  return mechanisms[mechanism]?.(responses.map(decodeUtf8), settings) ?? 'refused'
}

/** Who the client says it is, proven or not: for a policy that lets in anybody. */
export function claimedUser({ mechanism, responses }: SaslExchange): string {
  const [first = new Uint8Array(0)] = responses
  const text = decodeUtf8(first)
  if (scramMechanisms.includes(mechanism)) return scramUser(text)
  return mechanism === 'PLAIN' ? (text.split('\0')[1] ?? '') : text
}
