import { RemoteProtocolError, type Reply, ReplyDecoder, type ReplyLimits } from '@sansmtp/core'
import type { Chunks } from '@sansmtp/testkit'

export const smtplibLimits: ReplyLimits = { maxLineLength: 8192, maxReplyLines: 512, maxReplyLength: 65_536 }

/** What a decoder made of a stream: replies, perhaps an error, and how much was left over. */
export interface Decoded {
  readonly replies: readonly Reply[]
  readonly violation: string | undefined
  readonly message: string | undefined
  readonly left: number
}

/** Feeds the chunks to a decoder and reads after each whatever can be read. */
export function decoded(chunks: Chunks, limits: ReplyLimits = smtplibLimits): Decoded {
  const decoder = new ReplyDecoder(limits)
  const replies: Reply[] = []
  try {
    for (const chunk of chunks) {
      decoder.push(chunk)
      for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) replies.push(reply)
    }
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error
    return { replies, violation: error.violation, message: error.message, left: 0 }
  }
  return { replies, violation: undefined, message: undefined, left: decoder.bufferedBytes }
}
