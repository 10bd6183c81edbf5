import { NotSupportedError } from '../errors/index.ts'
import {
  type AuthenticationOptions,
  authenticate,
  authenticateWith,
  type Credentials,
  checkCredentials,
  data,
  hello,
  mail,
  rcpt,
  request,
  type SaslMechanism,
  startTls,
  type TokenProvider,
} from '../session/index.ts'
import { addressOnly, type Command, isAscii, parseCommand, type Reply } from '../wire/index.ts'
import { recipientOf, senderOf } from './addresses.ts'
import { mechanismsSchema, tokenSchema } from './auth-option.ts'
import { type CallOptions, signalOf } from './call-options.ts'
import { checked, checkedText } from './checked.ts'
import { clientNameOnWire } from './client-name.ts'
import { abortSignal, checkStartTlsOptions } from './connect-options.ts'
import { contentSource, type Message, requireNoUrls } from './content-source.ts'
import { type EsmtpOptions, parametersOf } from './esmtp-options.ts'
import { mechanismNamed, mechanismsNamed } from './named-mechanisms.ts'
import * as z from './schema.ts'
import { SessionClient } from './session-client.ts'
import { tlsOptionsFor } from './tls-policy.ts'
import type { TlsOptions } from './transport.ts'

/** Options of `startTls`. What is left out is as it was when the client connected. */
export interface StartTlsOptions extends Partial<TlsOptions>, CallOptions {}

interface AnyAuthOptions extends CallOptions {
  /** The identity to act as, where it is not the user's (RFC 4616 §2). */
  readonly authzid?: string
  /** Whether a mechanism's first response may go with the AUTH command. Default true. */
  readonly initialResponse?: boolean
  /** Sends a password in clear where there is no TLS. Default: as when the client connected. */
  readonly allowInsecureAuth?: boolean
}

/** Options of `login`. */
export interface LoginOptions extends AnyAuthOptions {
  /**
   * The only mechanisms to use, by name or the caller's own, in the order in which they are tried. Default: as when the
   * client connected.
   */
  readonly mechanisms?: readonly (string | SaslMechanism)[]
}

/** Options of `auth`. All are passed to the mechanism; which it needs is up to it. */
export interface AuthOptions extends AnyAuthOptions {
  readonly user?: string
  readonly pass?: string
  /** An OAuth access token, or a function that gives one, for OAUTHBEARER and XOAUTH2. */
  readonly token?: string | TokenProvider
}

const text = z.optional(z.string('must be a string'))
const flag = z.optional(z.boolean('must be true or false'))
const howFields = { initialResponse: flag, allowInsecureAuth: flag }
const anyAuthFields = { ...howFields, authzid: text, signal: abortSignal }
const loginOptions = z.strictObject({ mechanisms: z.optional(mechanismsSchema), ...anyAuthFields })
const authOptions = z.strictObject({ user: text, pass: text, token: z.optional(tokenSchema), ...anyAuthFields })

/**
 * The commands one by one, with the meaning that Python's smtplib gives them. They return the server's reply whatever
 * it says, unless noted otherwise; when the session has ended they throw a {@link ServerDisconnectedError}.
 */
export class CommandClient extends SessionClient {
  /** EHLO, or LHLO in LMTP (RFC 5321 §4.1.1.1). `name` is the client's own; default: that of `connect`. */
  async ehlo(name?: string, options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => ({ verb: this.connection.dialect.hello, domain: this.nameOf(name) }), options)
  }

  /**
   * EHLO where it is still due, and HELO where EHLO is refused.
   *
   * @throws {HeloError} when neither is accepted
   */
  async ehloOrHeloIfNeeded(options: CallOptions = {}): Promise<void> {
    const signal = signalOf(options)
    await this.call(signal, (run) => run((connection) => hello(connection, this.nameOf())))
  }

  /**
   * Upgrades to TLS (RFC 3207), saying EHLO first where it is still due. Afterwards nothing is known of the server and
   * EHLO is due again; the next call that needs it sends it.
   *
   * @throws {NotSupportedError} when STARTTLS is not offered, {@link StartTlsRefusedError} when it is refused,
   * {@link CertificateError} {@link TlsFailedError}, {@link RemoteProtocolError} when the server sends anything behind
   * its 220
   */
  async startTls(options: StartTlsOptions = {}): Promise<Reply> {
    checkStartTlsOptions(options)
    const { signal, ...given } = options
    const tls = tlsOptionsFor('required', { ...this.session.tlsOptions, ...given })
    return await this.call(signal, async (run) => {
      await run((connection) => hello(connection, this.nameOf()))
      const reply = await run(startTls, { tls })
      this.noteByHand()
      return reply
    })
  }

  /**
   * Authenticates with the mechanisms that both sides know, in order of strength, until one succeeds. What `connect`
   * was to do before (EHLO, STARTTLS) is done first.
   *
   * @returns 235, or 503 from a server that says so of a session that is authenticated already
   * @throws {NotSupportedError} when the server offers no authentication, none that is known here, or none that may be
   * used without TLS; {@link AuthenticationError} with the last refusal
   */
  async login(user: string, pass: string, options: LoginOptions = {}): Promise<Reply> {
    const { signal, mechanisms, authzid, ...given } = checked(loginOptions, options, 'options')
    const secret = { user: checkedText(user, 'user'), pass: checkedText(pass, 'pass') }
    const credentials = { ...secret, ...(authzid !== undefined && { authzid }) }
    checkCredentials(credentials)
    const named = mechanisms === undefined ? {} : { mechanisms: mechanismsNamed(mechanisms) }
    return await this.call(signal, async (run) => {
      await this.establish(run, 'credentials')
      const reply = await run((connection) =>
        authenticate(connection, { ...this.#authentication(credentials, given), ...named }),
      )
      this.noteByHand()
      return reply
    })
  }

  /**
   * Authenticates with one mechanism, known by its name or the caller's own, whether the server lists it or not.
   *
   * @returns as `login`
   * @throws {InvalidArgumentError} when a mechanism of that name is not known, {@link NotSupportedError} when it may not
   * be used without TLS or the server offers no authentication, {@link AuthenticationError} when it is refused
   */
  async auth(mechanism: string | SaslMechanism, options: AuthOptions = {}): Promise<Reply> {
    const { signal, user = '', pass = '', token, authzid, ...given } = checked(authOptions, options, 'options')
    const found = mechanismNamed(mechanism, 'mechanism')
    const credentials = {
      user,
      ...(token === undefined ? { pass } : { token }),
      ...(authzid !== undefined && { authzid }),
    }
    if (typeof mechanism === 'string') checkCredentialsFor(found, credentials)
    return await this.call(signal, async (run) => {
      await this.establish(run, 'credentials')
      const reply = await run((connection) =>
        authenticateWith(connection, found, this.#authentication(credentials, given)),
      )
      this.noteByHand()
      return reply
    })
  }

  /**
   * MAIL (RFC 5321 §4.1.1.2), what `connect` was to do before (EHLO, STARTTLS, AUTH) being done first. `from` is an
   * address, with or without a display name and angle brackets; an empty text is the null reverse-path.
   *
   * @throws {InvalidArgumentError} {@link NotSupportedError} before anything is sent; {@link LocalProtocolError} when a
   * transaction is open
   */
  async mail(from: string, parameters?: EsmtpOptions, options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const path = senderOf(from)
    const given = parametersOf(parameters)
    return await this.call(signal, async (run) => {
      await this.establish(run)
      return await run((connection) => mail(connection, path, given))
    })
  }

  /**
   * RCPT (RFC 5321 §4.1.1.3); once for each recipient, the address as for `mail`.
   *
   * @throws {InvalidArgumentError} {@link NotSupportedError} before anything is sent; {@link LocalProtocolError} when no
   * transaction is open
   */
  async rcpt(to: string, parameters?: EsmtpOptions, options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const path = recipientOf(to)
    const given = parametersOf(parameters)
    return await this.call(signal, (run) => run((connection) => rcpt(connection, path, given)))
  }

  /** RSET (RFC 5321 §4.1.1.5): an open transaction is forgotten. */
  async rset(options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => ({ verb: 'RSET' }), options)
  }

  /** NOOP (RFC 5321 §4.1.1.9): shows that the server is still there. */
  async noop(options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => ({ verb: 'NOOP' }), options)
  }

  /**
   * VRFY (RFC 5321 §4.1.1.6): asks whether a user or mailbox is known. Of an address with a display name only the
   * address is sent; one beyond US-ASCII needs SMTPUTF8 (RFC 6531 §3.7.4.2).
   *
   * @throws {InvalidArgumentError} {@link NotSupportedError} before anything is sent
   */
  async vrfy(address: string, options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => question('VRFY', address), options)
  }

  /** Another name of `vrfy`, as smtplib has it. */
  async verify(address: string, options: CallOptions = {}): Promise<Reply> {
    return await this.vrfy(address, options)
  }

  /** EXPN (RFC 5321 §4.1.1.7): asks who is on a mailing list; as `vrfy`. */
  async expn(address: string, options: CallOptions = {}): Promise<Reply> {
    return await this.ask(() => question('EXPN', address), options)
  }

  /** HELP (RFC 5321 §4.1.1.8). Returns the text of the server's reply. */
  async help(topic = '', options: CallOptions = {}): Promise<string> {
    const reply = await this.ask(() => ({ verb: 'HELP', argument: checkedText(topic, 'topic') }), options)
    return reply.text
  }

  /**
   * Sends any command, such as `command('ETRN', 'example.org')`, and returns its reply.
   *
   * @throws {InvalidArgumentError} when the verb or its argument is malformed, and for DATA, STARTTLS and AUTH, which
   * have methods of their own
   */
  async command(verb: string, argument = '', options: CallOptions = {}): Promise<Reply> {
    const signal = signalOf(options)
    const command = parseCommand(checkedText(verb, 'verb'), checkedText(argument, 'argument'))
    return await this.call(signal, async (run) => {
      // No message without what the options ask for, however it is begun.
      if (command.verb === 'MAIL') await this.establish(run)
      return await run((connection) => request(connection, command))
    })
  }

  /** The name by which the client greets. */
  protected nameOf(name: string = this.session.opening.clientName): string {
    return clientNameOnWire(checkedText(name, 'name'))
  }

  /** Sends one command, made when its turn has come. */
  protected async ask(command: () => Command, options: CallOptions): Promise<Reply> {
    const signal = signalOf(options)
    return await this.call(signal, (run) => run((connection) => request(connection, command())))
  }

  /** DATA or BDAT, and a message, in the transaction that is open. */
  protected async sendData(by: 'DATA' | 'BDAT', message: Message, options: CallOptions): Promise<readonly Reply[]> {
    const signal = signalOf(options)
    const content = by === 'DATA' ? requireNoUrls(contentSource(message)) : contentSource(message)
    try {
      return await this.call(signal, async (run) => {
        // It may have ended with the RSET.
        this.requireConnected()
        if (content.hasUrls && !this.capabilities.has('BURL')) {
          throw new NotSupportedError('BURL', 'the server does not offer BURL, which the URLs in the message need')
        }
        try {
          return await run((connection) => data(connection, by, content.survey), { content })
        } finally {
          // RFC 3030 §2: where a chunk was refused, or the last not sent, RSET is due. The next call sends it.
          this.abandoned = this.connection.state === 'resetDue'
        }
      })
    } finally {
      content.cancel()
    }
  }

  /** What was given, and else what was on connecting. */
  #authentication(
    credentials: Credentials,
    { allowInsecureAuth, initialResponse = true }: z.ObjectOf<typeof howFields>,
  ): AuthenticationOptions {
    const { clientName: _, startTls, ...opening } = this.session.opening
    return {
      ...opening,
      credentials,
      allowInsecureAuth: allowInsecureAuth ?? opening.allowInsecureAuth === true,
      tlsOnly: startTls !== 'off',
      initialResponse,
    }
  }
}

/** Those that prove nobody's identity, or by other means, need no user. */
function checkCredentialsFor({ proof = 'password' }: SaslMechanism, credentials: Credentials): void {
  const { authzid } = credentials
  const byUser = proof === 'password' || proof === 'token'
  checkCredentials(byUser ? credentials : { external: true, ...(authzid !== undefined && { authzid }) })
}

function question(verb: 'VRFY' | 'EXPN', address: string): Command {
  const argument = addressOnly(checkedText(address, 'address'))
  return isAscii(argument) ? { verb, argument } : { verb, argument, smtpUtf8: true }
}
