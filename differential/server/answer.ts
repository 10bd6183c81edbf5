/** What a scripted server does when its turn comes: it writes some octets, all at once or in pieces, and may hang up. */
export interface Answer {
  /** One character an octet. Empty: it says nothing. */
  readonly octets: string
  /** The lengths of the writes; the rest goes in one more. Default: one write. */
  readonly pieces?: readonly number[]
  /** It ends its side of the connection after that, and is deaf from then on. */
  readonly ends?: true
}

/** Lines parted by LF, each sent as UTF-8 with CRLF behind it; or an answer in full. */
export type Reply = string | Answer

/** Octets as they are, line endings included. */
export function raw(octets: string, ...pieces: number[]): Answer {
  return pieces.length > 0 ? { octets, pieces } : { octets }
}

/** A reply in pieces of the given lengths. */
export function inPieces(text: string, ...pieces: number[]): Answer {
  return { ...asAnswer(text), pieces }
}

/** A reply octet by octet. */
export function octetwise(text: string): Answer {
  const answer = asAnswer(text)
  return { ...answer, pieces: Array.from(answer.octets, () => 1) }
}

/** A reply, and the end of the stream. */
export function closing(reply: Reply): Answer {
  return { ...asAnswer(reply), ends: true }
}

/** The end of the stream instead of a reply. */
export const hangsUp: Answer = { octets: '', ends: true }

/** No reply, and no end. */
export const silence: Answer = { octets: '' }

export function asAnswer(reply: Reply): Answer {
  if (typeof reply !== 'string') return reply
  const text = reply.split('\n').map((line) => `${line}\r\n`)
  return { octets: Buffer.from(text.join('')).toString('latin1') }
}

/** Several answers as one, up to the first that ends the stream. */
export function joined(answers: readonly Answer[]): Answer {
  const [only] = answers
  if (only !== undefined && answers.length === 1) return only
  const end = answers.findIndex(({ ends }) => ends)
  const said = end === -1 ? answers : answers.slice(0, end + 1)
  const octets = said.map((answer) => answer.octets).join('')
  return end === -1 ? { octets } : { octets, ends: true }
}

/** The code of an answer's first line, by which the server knows its own next step. */
export function codeOf({ octets }: Answer): number {
  return Number.parseInt(octets.slice(0, 3), 10)
}
