/** ann, and secret. */
const user = 'YW5u'
const password = 'c2VjcmV0'
/** NUL ann NUL secret (RFC 4616). */
const plain = 'AGFubgBzZWNyZXQ='
const challenge = 'Y2hhbGxlbmdl'
/** A URL may let whoever has it read what it leads to (RFC 4467). */
const url = 'imap://ann@mail.example/INBOX/;uid=1'

/** Follows AUTH exchanges, and puts the user `ann` with the password `secret` in the place of real credentials. */
export class CredentialsRecording {
  #mechanism: string | undefined
  #responses = 0

  /** The line to record for a command, or for the response to a challenge. */
  clientLine(line: string, answersChallenge: boolean): string {
    if (answersChallenge && this.#mechanism !== undefined) {
      this.#responses += 1
      return line === '*' || line === '' ? line : this.#standIn()
    }
    const [, burl, end] = /^(BURL +)\S+( +LAST)?$/i.exec(line) ?? []
    if (burl !== undefined) return `${burl}${url}${end ?? ''}`
    const [, start, mechanism, response] = /^(AUTH +(\S+))(?: +(.*))?$/i.exec(line) ?? []
    this.#mechanism = mechanism?.toUpperCase()
    this.#responses = 0
    if (response === undefined || response === '=') return line
    this.#responses = 1
    return `${start} ${this.#standIn()}`
  }

  /** The line to record for a line of the server's. A challenge can betray the password to who guesses long enough. */
  serverLine(line: string): string {
    const telling = this.#mechanism !== undefined && this.#mechanism !== 'PLAIN' && this.#mechanism !== 'LOGIN'
    return telling && /^334[ -]./.test(line) ? `${line.slice(0, 4)}${challenge}` : line
  }

  #standIn(): string {
    if (this.#mechanism === 'PLAIN') return plain
    return this.#mechanism === 'LOGIN' && this.#responses === 1 ? user : password
  }
}
