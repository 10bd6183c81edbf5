/**
 * A machine without I/O at one end of a connection, as far as a network needs to know it. `ClientConnection` is one,
 * and so is any server or proxy of this shape.
 */
export interface Peer<Output extends PeerOutput = PeerOutput> {
  receiveBytes(bytes: Uint8Array): void
  /** The other side has ended the stream, or it has broken: then `cause` is the error. */
  receiveEof(cause?: unknown): void
  /** TLS stands; comes only after `StartTlsRequested`. */
  tlsEstablished(): void
  /** What is to be done or has happened next, or `undefined` until there is more input. */
  nextOutput(): Output | undefined
  /** Takes the error of a handshake that failed. A peer without it gets `receiveEof` instead. */
  abort?(cause?: unknown): void
  /** The timeout to arm; a new object each time that it must be armed afresh. */
  readonly timeout?: PeerTimeout | undefined
  /** The armed timeout has run out. */
  handleTimeout?(): void
}

/**
 * The types that a network knows are `SendBytes`, with its `bytes`; `StartTlsRequested`: flush, then upgrade;
 * and `CloseRequested`: flush, then close. Any other is only passed on.
 */
export interface PeerOutput {
  readonly type: string
  readonly bytes?: Uint8Array
}

export interface PeerTimeout {
  readonly milliseconds: number
}
