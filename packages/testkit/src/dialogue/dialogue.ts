/** One step of a dialogue. Lines that follow one another from the same side are one step. */
export type Step =
  /** The client sends these lines; with PIPELINING, or as content, several at once. */
  | { readonly type: 'client'; readonly lines: readonly string[] }
  /** The client may not send this command here. */
  | { readonly type: 'illegal'; readonly line: string }
  /** The server sends these lines, each ended by CRLF. */
  | { readonly type: 'server'; readonly lines: readonly string[] }
  /** The server ends the stream. */
  | { readonly type: 'eof' }
  /** The TLS handshake succeeds. */
  | { readonly type: 'tls' }
  /** The armed timeout runs out. */
  | { readonly type: 'timeout' }
  /** The caller gives up. */
  | { readonly type: 'abort' }
  /** What must hold now: `state ready`, or `failed REMOTE_PROTOCOL notSent`, or `closed`, … */
  | { readonly type: 'expect'; readonly what: string }

/** A dialogue between a client and a server, as text has it. */
export interface Dialogue {
  /** What it shows and where it is from: the first comment line. */
  readonly title: string
  readonly protocol: 'smtp' | 'lmtp'
  /** Whether TLS stands from the start. */
  readonly secure: boolean
  readonly steps: readonly Step[]
}

const events: Readonly<Record<string, 'eof' | 'tls' | 'timeout' | 'abort'>> = {
  eof: 'eof',
  tls: 'tls',
  timeout: 'timeout',
  abort: 'abort',
}

/**
 * Reads a dialogue:
 *
 *     # RFC 5321 D.2: an aborted transaction
 *     @ lmtp                     (also: secure)
 *     S: 220 foo.com ready       what the server sends
 *     C: EHLO bar.com            what the client sends, content with its dots stuffed
 *     C! RCPT TO:<a@b.example>   what it may not send here
 *     ! eof                      what happens: eof, tls, timeout, abort
 *     = state ready              what must hold
 *
 * `\xNN` in a line stands for an octet, `\r` and `\n` for themselves.
 *
 * @throws {SyntaxError} which names the line
 */
export function parseDialogue(text: string): Dialogue {
  let title = ''
  let protocol: Dialogue['protocol'] = 'smtp'
  let secure = false
  const steps: Step[] = []
  const add = (type: 'client' | 'server', line: string) => {
    const last = steps.at(-1)
    if (last?.type === type) steps[steps.length - 1] = { type, lines: [...last.lines, line] }
    else steps.push({ type, lines: [line] })
  }
  for (const [index, raw] of text.split('\n').entries()) {
    const mark = raw.slice(0, 2)
    const rest = unescaped(raw.slice(mark === '= ' || mark === '! ' || mark === '@ ' || mark === '# ' ? 2 : 3))
    if (raw.trim() === '' || mark === '# ') title ||= rest
    else if (mark === '@ ' && rest === 'lmtp') protocol = 'lmtp'
    else if (mark === '@ ' && rest === 'secure') secure = true
    else if (mark === 'S:') add('server', rest)
    else if (mark === 'C:') add('client', rest)
    else if (mark === 'C!') steps.push({ type: 'illegal', line: rest })
    else if (mark === '= ') steps.push({ type: 'expect', what: rest })
    else if (mark === '! ' && Object.hasOwn(events, rest)) steps.push({ type: events[rest] ?? 'eof' })
    else throw new SyntaxError(`line ${index + 1} of the dialogue is not understood: ${raw}`)
  }
  return { title, protocol, secure, steps }
}

function unescaped(line: string): string {
  return line.replace(/\\(?:x([0-9a-fA-F]{2})|(r)|(n))/g, (_, hex, cr) =>
    hex === undefined ? (cr === undefined ? '\n' : '\r') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
