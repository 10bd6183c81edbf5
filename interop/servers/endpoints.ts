/** Where every SMTP server listens: ports of 127.0.0.1. */
export interface SmtpPorts {
  /** No TLS and no AUTH. */
  readonly plain: number
  /** STARTTLS offered; after it AUTH, with PLAIN and LOGIN. */
  readonly starttls: number
  /** As `starttls`, with AUTH LOGIN only. */
  readonly loginOnly: number
  /** Implicit TLS; AUTH with PLAIN and LOGIN. */
  readonly tls: number
}

/** Where every LMTP server listens. */
export interface LmtpEndpoints {
  /** A port of 127.0.0.1; STARTTLS offered. */
  readonly lmtp: number
  /** The path of a Unix socket; no TLS. */
  readonly socket: string
}
