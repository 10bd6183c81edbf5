import { type ChannelBindings, encodeUtf8 } from '@sansmtp/core'
import type { Extensions } from './extensions.ts'
import { completeExtensions, Offer } from './offer.ts'
import type { Policy } from './policy.ts'
import type { Quirks } from './quirks.ts'
import { ScramSecrets } from './scram.ts'
import { defaultServerLimits, type ServerLimits } from './server-limits.ts'
import type { ServerConnectionOptions } from './server-options.ts'
import type { ServerSession } from './server-session.ts'

/** The options with everything in place. */
export interface ServerSettings {
  readonly name: string
  readonly extensions: Extensions
  readonly users: ReadonlyMap<string, string>
  readonly tokens: ReadonlyMap<string, string>
  readonly scramSecrets: ScramSecrets
  readonly channelBindings: ChannelBindings
  readonly offersBinding: boolean
  readonly authOnlyWithTls: boolean
  readonly requireTls: boolean
  readonly requireAuth: boolean
  readonly urls: ReadonlyMap<string, Uint8Array>
  readonly quirks: Quirks
  readonly policy: Policy
  readonly limits: ServerLimits
  /** The largest message that is taken; infinite where SIZE names none. */
  readonly maxSize: number
}

export function completeSettings(options: ServerConnectionOptions): ServerSettings {
  const users = new Map(Object.entries(options.users ?? {}))
  const extensions = completeExtensions(options.extensions, users.size > 0)
  const { SIZE } = extensions
  return {
    name: options.name ?? 'server.example',
    extensions,
    users,
    tokens: new Map(Object.entries(options.tokens ?? {})),
    scramSecrets: new ScramSecrets(users, options.scramIterations ?? 4096),
    channelBindings: options.channelBindings ?? {},
    offersBinding: Array.from(extensions.AUTH || []).some((name) => name.endsWith('-PLUS')),
    authOnlyWithTls: options.authOnlyWithTls ?? false,
    requireTls: options.requireTls ?? false,
    requireAuth: options.requireAuth ?? false,
    urls: new Map(Object.entries(options.urls ?? {}).map(([url, content]) => [url, octetsOf(content)])),
    quirks: options.quirks ?? {},
    policy: options.policy ?? (() => undefined),
    limits: { ...defaultServerLimits, ...options.limits },
    // RFC 1870 §4: zero stands for no fixed maximum.
    maxSize: typeof SIZE === 'number' && SIZE > 0 ? SIZE : Number.POSITIVE_INFINITY,
  }
}

function octetsOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? encodeUtf8(content) : content
}

/** What is offered now. */
export function offerNow(
  { extensions, authOnlyWithTls }: ServerSettings,
  { protocol, secure }: Pick<ServerSession, 'protocol' | 'secure'>,
): Offer {
  return Offer.of(extensions, { protocol, secure, authOnlyWithTls })
}
