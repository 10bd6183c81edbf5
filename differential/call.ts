/** Text, or octets: one character an octet. */
export type Content = { readonly text: string } | { readonly octets: string }

/** Whom a client trusts: the servers' own authority, anybody, or whom it trusts unless told otherwise. */
export type Trust = 'authority' | 'anybody' | 'default'

export interface ConnectCall {
  readonly call: 'connect'
  /** Default `smtp`. */
  readonly as?: 'smtp' | 'smtps' | 'lmtp'
  /** As smtplib takes it; `{port}` and `{path}` stand for the server's. Default: the server's own. */
  readonly host?: string
  /** Left out where `host` is given and says all. */
  readonly port?: number
  /** The client's own name. `null`: left to the client, on the machine `machine`. Default `client.example`. */
  readonly name?: null
  readonly machine?: { readonly fullName: string; readonly address: string }
  /** Milliseconds to wait for anything. */
  readonly timeout?: number
  readonly sourceAddress?: string
  /** The outcome is where the connection would have gone; it goes to the server. */
  readonly observed?: true
  readonly trust?: Trust
  /** `false`: no password in clear, which smtplib can't be told. Default true, as smtplib has it. */
  readonly insecureAuth?: boolean
}

export interface AuthCall {
  readonly call: 'auth'
  readonly mechanism: string
  /** With these the library's own mechanism is used. */
  readonly user?: string
  readonly pass?: string
  /** Else one that says this with the command, and these to the challenges in turn. */
  readonly initial?: string
  readonly responses?: readonly string[]
  /** Default true. */
  readonly initialResponse?: boolean
}

export interface SendMailCall {
  readonly call: 'sendMail'
  readonly from: string
  readonly to: string | readonly string[]
  readonly message: Content
  readonly mailOptions?: readonly string[]
  readonly rcptOptions?: readonly string[]
}

export interface SendMessageCall {
  readonly call: 'sendMessage'
  /** A message in RFC 5322's form. Python parses it first. */
  readonly message: { readonly octets: string }
  readonly from?: string
  readonly to?: string | readonly string[]
  readonly mailOptions?: readonly string[]
  readonly rcptOptions?: readonly string[]
  /** How Python reads it, by a name in `email.policy`. Default `compat32`, which is Python's own. */
  readonly policy?: 'default'
  /** sansmtp is given a stream, in pieces of this many octets. */
  readonly streamed?: number
}

/** A call that both make, by the name that it has here. Plain data: it goes to Python as JSON. */
export type Call =
  | ConnectCall
  | AuthCall
  | SendMailCall
  | SendMessageCall
  | { readonly call: 'ehlo' | 'helo'; readonly name?: string }
  | { readonly call: 'ehloOrHeloIfNeeded' | 'noop' | 'rset' | 'quit' | 'close' | 'reconnect' | 'features' }
  /** The end of a `with` or `await using` block. */
  | { readonly call: 'leaveScope' }
  | { readonly call: 'mail'; readonly from: string; readonly options?: readonly string[] }
  | { readonly call: 'rcpt'; readonly to: string; readonly options?: readonly string[] }
  | { readonly call: 'data'; readonly message: Content }
  | { readonly call: 'vrfy' | 'verify' | 'expn'; readonly address: string }
  | { readonly call: 'help'; readonly topic?: string }
  | { readonly call: 'command'; readonly verb: string; readonly argument?: string }
  | { readonly call: 'login'; readonly user: string; readonly pass: string; readonly initialResponse?: boolean }
  | { readonly call: 'startTls'; readonly trust?: Trust }
  | { readonly call: 'hasExtension'; readonly keyword: string }
