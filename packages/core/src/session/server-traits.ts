/** What was learned of a server that it does not say itself. Whoever keeps it saves the next connection the trying. */
export interface ServerTraits {
  /** Whether commands may ride behind content (RFC 2920 §3.1); absent as long as nobody has tried. */
  ridesBehindContent?: boolean
  /** EHLO (LHLO) is due again behind RSET; false where that was tried and has not helped. */
  forgetsHelloOnReset?: boolean
  /** The content of a refused BDAT is executed as commands (against RFC 3030 §2). */
  executesRefusedChunks?: boolean
}
