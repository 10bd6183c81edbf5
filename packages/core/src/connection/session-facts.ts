import { Capabilities, type Reply } from '../wire/index.ts'
import type { ExchangeName } from './state-table.ts'
import type { TlsInfo } from './tls-info.ts'

/** What holds for the session beyond its state: what the server offers, whether TLS stands, whether AUTH did. */
export class SessionFacts {
  capabilities: Capabilities = Capabilities.none
  secure: boolean
  tls: TlsInfo | undefined
  authenticated = false

  constructor(secure: boolean, tls: TlsInfo | undefined) {
    this.secure = secure
    this.tls = tls
  }

  /** RFC 3207 §4.2: what was learned without TLS is forgotten. */
  establishTls(info: TlsInfo): void {
    this.secure = true
    this.tls = info
    this.#forget()
  }

  /** Takes in a positive reply; true when it says what the server offers. */
  learn(name: ExchangeName, reply: Reply): boolean {
    if (name === 'AUTH' || name === 'AUTH-RESPONSE') this.authenticated = true
    if (name === 'HELO') this.capabilities = Capabilities.none
    else if (name === 'XCLIENT' && reply.code === 220) this.#forget()
    else if (name === 'EHLO' || name === 'LHLO') this.capabilities = Capabilities.fromReply(reply)
    else return false
    return true
  }

  #forget(): void {
    this.authenticated = false
    this.capabilities = Capabilities.none
  }
}
