import type { IssuedCertificate } from '../../certificates/index.ts'

/** What the server's side of a handshake may ask for. */
export interface ServerTlsOptions {
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Demands a certificate of the client's from this authority. */
  readonly clientAuthority?: string
}

/** What the server's side of a handshake knows after it. */
export interface ServerTlsInfo {
  readonly protocol: string | null
  /** What the client has sent as server name; `false` where it sent none. */
  readonly servername: string | false | null
  /** The common name of the client's certificate, where one was asked for. */
  readonly clientName?: string
  /** The channel binding `tls-exporter` (RFC 9266 §2), where there is TLS 1.3 and the host's runtime can tell it. */
  readonly exported?: Uint8Array
}

/**
 * The server's end of a connection, for a script to drive, in this process or in another one. Nothing is read that the
 * script does not read, and what it asks for without waiting is done in the order in which it was asked for.
 */
export interface Peer {
  /** The client's address. */
  readonly remoteAddress: string | undefined
  /** How many octets of `deliver` the system has taken so far. */
  readonly delivered: number | Promise<number>
  /** Sends without waiting for it to be taken. */
  send(data: string | Uint8Array): void
  /** Sends piece by piece, each when the system has taken the one before. */
  deliver(bytes: Uint8Array): Promise<void>
  /** Ends this side; the client may still send. */
  end(data?: string): void
  /** Cuts the connection off, with what has not left yet. */
  reset(): void
  /** Sends a few last words and resets at once, so that the client finds both together. */
  sendAndReset(data: string): Promise<void>
  destroy(): void
  /** What comes next, or an empty buffer at the end. */
  read(): Promise<Buffer>
  readExactly(length: number): Promise<Buffer>
  /** All up to and with `end`. */
  readThrough(end: string): Promise<Buffer>
  /** A line without its CRLF. */
  readLine(): Promise<string>
  readToEnd(): Promise<Buffer>
  /** Takes one command that must begin with `command`, and replies. */
  answer(command: string, reply: string): Promise<void>
  /** Settles when the client has ended or reset the connection; what it still sends is thrown away. */
  hungUp(): Promise<void>
  /** Waits for the client to begin with TLS, and leaves it at that: `startTls` may follow. */
  readClientHello(): Promise<{ readonly serverName?: string }>
  /** @throws {Error} when the client breaks the handshake off */
  startTls(identity: IssuedCertificate, options?: ServerTlsOptions): Promise<ServerTlsInfo>
}
