import type { ChannelBindings } from '@sansmtp/core'
import type { Extensions } from './extensions.ts'
import type { Policy } from './policy.ts'
import type { Quirks } from './quirks.ts'
import type { ServerLimits } from './server-limits.ts'

export interface ServerConnectionOptions {
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
  /** How the server calls itself. Default `server.example`. */
  readonly name?: string
  /** Whether TLS stands from the start. Default false. */
  readonly secure?: boolean
  /** Changes to the default extensions. */
  readonly extensions?: Extensions
  /** Passwords by user. Where there are any, AUTH is offered with PLAIN and LOGIN. */
  readonly users?: Readonly<Record<string, string>>
  /** Access tokens by user, for XOAUTH2 and OAUTHBEARER where `extensions` offer them. */
  readonly tokens?: Readonly<Record<string, string>>
  /** How many SCRAM asks for. Default 4096. */
  readonly scramIterations?: number
  /** What SCRAM's -PLUS mechanisms can be bound to. Default nothing. */
  readonly channelBindings?: ChannelBindings
  /** AUTH is offered and taken only once TLS stands. Default false. */
  readonly authOnlyWithTls?: boolean
  /** Mail is answered 530 until TLS stands (RFC 3207 §4). Default false. */
  readonly requireTls?: boolean
  /** Mail is answered 530 until the client has authenticated (RFC 4954 §6). Default false. */
  readonly requireAuth?: boolean
  /** What BURL finds, by URL; any other can't be resolved. A text stands for its UTF-8. */
  readonly urls?: Readonly<Record<string, string | Uint8Array>>
  /**
   * A PROXY header, version 1 or 2, must come before anything else, and nothing is said before it (HAProxy's PROXY
   * protocol). One that is malformed closes the connection without a word. Default false.
   */
  readonly expectsProxy?: boolean
  readonly quirks?: Quirks
  readonly policy?: Policy
  readonly limits?: Partial<ServerLimits>
}
