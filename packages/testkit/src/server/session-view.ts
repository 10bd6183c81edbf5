import type { ServerSession } from './server-session.ts'

/** A session that can be seen and not changed. */
export class SessionView implements ServerSession {
  readonly #session: ServerSession

  constructor(session: ServerSession) {
    this.#session = session
  }

  get protocol(): 'smtp' | 'lmtp' {
    return this.#session.protocol
  }

  get state(): ServerSession['state'] {
    return this.#session.state
  }

  get secure(): boolean {
    return this.#session.secure
  }

  get proxied(): ServerSession['proxied'] {
    return this.#session.proxied
  }

  get client(): ServerSession['client'] {
    return this.#session.client
  }

  get forwarded(): ServerSession['forwarded'] {
    return this.#session.forwarded
  }

  get user(): string | undefined {
    return this.#session.user
  }

  get commands(): ServerSession['commands'] {
    return this.#session.commands
  }

  get violations(): ServerSession['violations'] {
    return this.#session.violations
  }

  get transactions(): ServerSession['transactions'] {
    return this.#session.transactions
  }

  get recipients(): ServerSession['recipients'] {
    return this.#session.recipients
  }

  get messages(): ServerSession['messages'] {
    return this.#session.messages
  }
}
