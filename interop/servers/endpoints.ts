/** Where every SMTP server listens: ports of 127.0.0.1. */
export interface SmtpPorts {
  /** No TLS and no AUTH. */
  readonly plain: number
  /** STARTTLS offered; after it AUTH, with PLAIN and LOGIN. */
  readonly starttls: number
  /** As `starttls`, with AUTH LOGIN only. */
  readonly loginOnly: number
  /** As `starttls`, with every mechanism that the server has. */
  readonly everyMechanism: number
  /** Implicit TLS; AUTH with PLAIN and LOGIN. */
  readonly tls: number
}

/** Ports where who connects may say whom it speaks for. */
export interface ForwardingPorts {
  /** As `plain`, but every connection begins with a header of the PROXY protocol. */
  readonly proxied: number
}

/** Where every LMTP server listens. */
export interface LmtpEndpoints {
  /** A port of 127.0.0.1; STARTTLS offered. */
  readonly lmtp: number
  /** The path of a Unix socket; no TLS. */
  readonly socket: string
}
