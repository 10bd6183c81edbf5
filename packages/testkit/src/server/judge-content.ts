import { accepted, type Chunk, type Judgement, orderFault, syntaxFault } from './judgement.ts'
import type { ReceivedCommand } from './received.ts'
import { replyOf, usualReply } from './server-reply.ts'
import type { SessionRecord } from './session-record.ts'

/** Judges DATA where a recipient is accepted and no BDAT came before (RFC 5321 §4.1.1.4). */
export function judgeData(session: SessionRecord): Judgement {
  // RFC 3030 §3.
  if (session.log.current?.body === 'BINARYMIME') return orderFault('BODY=BINARYMIME goes by BDAT alone')
  return accepted(usualReply(354))
}

/** Reads what stands behind BDAT (RFC 3030 §2), wherever it comes: the octets follow it in any case. */
export function readChunkArgument(argument: string): Chunk | undefined {
  const [, digits = '', last] = /^(\d{1,15})( LAST)?$/i.exec(argument) ?? []
  return digits === '' ? undefined : { size: Number(digits), last: last !== undefined }
}

/** Judges BDAT where it is legal. What its octets bring is judged once they are there. */
export function judgeChunk({ argument }: ReceivedCommand): Judgement {
  const chunk = readChunkArgument(argument)
  if (chunk === undefined) return syntaxFault('BDAT takes a size and perhaps LAST')
  return accepted(replyOf(250, '2.0.0', `${chunk.size} octets received`))
}

/**
 * Judges RCPT, DATA, BDAT and BURL where the commands that they rely on were refused. With PIPELINING they may have been
 * in flight together (RFC 2920 §3.1), so that nobody is to blame.
 */
export function judgeUnsupported(verb: string, session: SessionRecord): Judgement {
  const { current } = session.log
  const attempted = current !== undefined && (verb === 'RCPT' || current.recipients.length > 0)
  const mixed = verb === 'DATA' && (session.state === 'chunked' || session.state === 'resetDue')
  const needed = verb === 'RCPT' ? 'MAIL' : mixed || session.state === 'resetDue' ? 'RSET' : 'MAIL and RCPT'
  const judged = orderFault(`${verb} needs ${needed} before it`)
  // RFC 5321 §3.3 has 554 for it, RFC 2033 §4.2 has 503.
  const nobody = attempted && session.state === 'mail' && session.protocol === 'smtp'
  const usual = nobody ? replyOf(554, '5.5.1', 'no valid recipients') : judged.usual
  const inFlight = attempted && !mixed && session.offered.has('PIPELINING')
  return { usual, faults: inFlight ? [] : judged.faults }
}
