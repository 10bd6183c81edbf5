/** A reply of the server (RFC 5321 §4.2), as data. */
export interface ServerReply {
  /** 200 to 599; 0 for raw octets that start with no code. */
  readonly code: number
  /** Such as `5.1.1` (RFC 2034, 3463). Said only where ENHANCEDSTATUSCODES is offered. */
  readonly enhancedCode?: string
  /** The text of each line, without codes. */
  readonly lines: readonly string[]
}

/** A reply that was decided on. */
export interface GivenReply extends ServerReply {
  /** False where it took effect but the client was not told: the policy kept it back. */
  readonly said: boolean
}

/** A reply with an enhanced code; an empty one for none, as in the greeting, after EHLO and with 3xx (RFC 2034 §4). */
export function replyOf(code: number, enhancedCode: string, ...lines: readonly string[]): ServerReply {
  return enhancedCode === '' ? { code, lines } : { code, enhancedCode, lines }
}

/** A reply as text, each line ended by CRLF. */
export function renderReply({ code, enhancedCode, lines }: ServerReply, enhanced: boolean): string {
  const prefix = enhanced && enhancedCode !== undefined ? `${enhancedCode} ` : ''
  const texts = lines.length === 0 ? [''] : lines
  return texts.map((text, i) => `${code}${i < texts.length - 1 ? '-' : ' '}${prefix}${text}\r\n`).join('')
}

/** The texts of RFC 5321 §4.2.3 and the extensions, for a reply of which only the code is known. */
const usualReplies: Readonly<Record<number, readonly [enhancedCode: string, text: string]>> = {
  211: ['2.0.0', 'system status'],
  214: ['2.0.0', 'help'],
  220: ['', 'ready'],
  221: ['2.0.0', 'closing'],
  235: ['2.7.0', 'authenticated'],
  250: ['2.0.0', 'ok'],
  251: ['2.1.5', 'user not local, will forward'],
  252: ['2.1.5', 'can not verify, but will try'],
  334: ['', ''],
  353: ['', 'a reply for each recipient follows'],
  354: ['', 'end the content with <CRLF>.<CRLF>'],
  421: ['4.3.2', 'service not available, closing'],
  450: ['4.2.0', 'mailbox unavailable'],
  451: ['4.3.0', 'error in processing'],
  452: ['4.3.1', 'insufficient storage'],
  454: ['4.7.0', 'temporarily not available'],
  500: ['5.5.2', 'syntax error'],
  501: ['5.5.4', 'syntax error in arguments'],
  502: ['5.5.1', 'not implemented'],
  503: ['5.5.1', 'bad sequence of commands'],
  504: ['5.5.4', 'parameter not implemented'],
  521: ['5.3.2', 'no mail here'],
  530: ['5.7.0', 'access denied'],
  534: ['5.7.9', 'mechanism too weak'],
  535: ['5.7.8', 'authentication failed'],
  550: ['5.1.1', 'mailbox unavailable'],
  551: ['5.1.6', 'user not local'],
  552: ['5.3.4', 'too large'],
  553: ['5.1.3', 'mailbox name not allowed'],
  554: ['5.0.0', 'transaction failed'],
  555: ['5.5.4', 'parameter not recognised or implemented'],
}

/** A reply with the text that is usual for its code. */
export function usualReply(code: number): ServerReply {
  const [enhancedCode, text] = usualReplies[code] ?? ['', 'ok']
  return replyOf(code, enhancedCode, text)
}
