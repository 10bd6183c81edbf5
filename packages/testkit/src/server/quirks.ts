/** Ways of real servers that a client must be prepared for. Each is off unless asked for. */
export interface Quirks {
  /** Octets that have arrived with the end of the content are lost (against RFC 2920 §3.2 (9)). */
  readonly dropsBehindContent?: boolean
  /** Commands that have arrived with the end of the content are answered 503. */
  readonly refusesBehindContent?: boolean
  /**
   * Anything but a lone NOOP that has arrived with the end of the content is answered 554, in one for all, and ends the
   * connection. A client that has tried with NOOP whether commands may ride there learns otherwise from MAIL.
   */
  readonly dropsConnectionBehindContent?: boolean
  /**
   * Octets that have arrived behind a command that must end its group, or behind any without PIPELINING, are answered
   * 554 in place of that command, and end the connection: Postfix's `smtpd_forbid_unauth_pipelining`.
   */
  readonly dropsConnectionBehindGroupEnd?: boolean
  /** A refused BDAT is answered before its octets have come (against RFC 3030 §2). They are discarded all the same. */
  readonly refusesChunksEarly?: boolean
  /** The octets of a refused BDAT are not discarded but executed as commands (against RFC 3030 §2). */
  readonly executesRefusedChunks?: boolean
  /** After RSET EHLO (LHLO) is due again. */
  readonly forgetsHelloOnReset?: boolean
  /** Parameters by keyword that are answered 555 although their extension is offered. */
  readonly refusesParameters?: readonly string[]
  /** EHLO is unknown, and nothing is offered. SMTP alone. */
  readonly knowsOnlyHelo?: boolean
  /** AUTH is offered as `AUTH=PLAIN LOGIN`, from before RFC 2554. */
  readonly spellsAuthTheOldWay?: boolean
  /** Keywords are offered in lower case. */
  readonly offersInLowerCase?: boolean
  /** The greeting has several lines. */
  readonly greetsInSeveralLines?: boolean
  /** An LF ends a line with or without a CR, in commands and in content: what makes smuggling work. */
  readonly takesBareLineFeeds?: boolean
}
