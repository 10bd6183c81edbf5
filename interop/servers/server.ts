/** A mail server that somebody else wrote, started for one test file on this machine's loopback. */
export interface MailServer<Endpoints> {
  readonly name: string
  /** How the lines of a stored message end: some mail stores keep the CRLF that came, some write LF. */
  readonly storedLineEnd: '\r\n' | '\n'
  /** Resolves when every endpoint has greeted. */
  start(): Promise<Endpoints>
  /** Ends every process of the server and removes all that it wrote. */
  stop(): Promise<void>
  /** The user's mail as stored, oldest first. */
  messages(user: string): Promise<Buffer[]>
  /**
   * The user's next message with `containing` in it that has not been waited for yet. Servers deliver in any
   * order, and a test that failed half-way may have left some.
   */
  waitForMessage(user: string, containing: string): Promise<Buffer>
  /** All that the server has logged since it started. */
  log(): Promise<string>
  /** Resolves with the first match when the server has logged it. */
  waitForLog(pattern: RegExp): Promise<RegExpMatchArray>
}
