import type { Output } from '../connection/index.ts'
import { decodeUtf8 } from '../wire/index.ts'

/** A line of a dialogue, fit to be logged: it never carries credentials. */
export interface TranscriptEntry {
  /**
   * `sent`: a command line. `content`: a piece of a message, by its length. `received`: a reply, its lines joined by
   * LF. `note`: what happened to the connection itself.
   */
  readonly type: 'sent' | 'content' | 'received' | 'note'
  readonly text: string
  /** Octets of a piece of content, as encoded. */
  readonly octets?: number
}

/** What it throws is ignored. */
export type OnTranscript = (entry: TranscriptEntry) => void

/** Tells what an output adds to the transcript. A log that fails must not cost the truth about a delivery. */
export function tellTranscript(onTranscript: OnTranscript | undefined, output: Output): void {
  if (onTranscript === undefined) return
  try {
    for (const entry of transcriptOf(output)) Promise.resolve(onTranscript(entry)).catch(() => {})
  } catch {}
}

function transcriptOf(output: Output): readonly TranscriptEntry[] {
  switch (output.type) {
    case 'SendBytes':
      if (output.content) {
        const octets = output.bytes.length
        return [{ type: 'content', text: `${octets} octets of content`, octets }]
      }
      if (output.redacted !== undefined) return [{ type: 'sent', text: output.redacted }]
      return decodeUtf8(output.bytes)
        .split('\r\n')
        .slice(0, -1)
        .map((text) => ({ type: 'sent', text }))
    case 'GreetingReceived':
    case 'ReplyReceived':
      return [{ type: 'received', text: output.reply.toString() }]
    case 'ServerClosing':
      return [{ type: 'note', text: 'the server is closing the connection' }]
    case 'StartTlsRequested':
      return [{ type: 'note', text: 'starting TLS' }]
    case 'Closed':
      return [{ type: 'note', text: 'closed' }]
    case 'Failed':
      return [{ type: 'note', text: output.error.message }]
    default:
      return []
  }
}
