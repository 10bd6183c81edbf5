import { type Chunks, joined } from '@sansmtp/testkit'
import { HeaderReader, type SplitMessage } from '../../src/message/index.ts'
import { latin1 } from '../wire/normalised.ts'

/** A message, split, as text with an octet to the character. */
export interface SplitText {
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly withoutBcc: string
  readonly body: string
}

/** Feeds the pieces to a reader; those behind the header are body. */
export function splitText(chunks: Chunks, maxLength?: number): SplitText {
  const reader = new HeaderReader(maxLength)
  let split: SplitMessage | undefined
  const body: Uint8Array[] = []
  for (const chunk of chunks) {
    if (split !== undefined) body.push(chunk)
    else {
      split = reader.push(chunk)
      if (split !== undefined) body.push(split.body)
    }
  }
  split ??= reader.finish()
  const { fields, withoutBcc } = split.header
  return {
    fields: fields.map(({ name, value }) => [name, latin1(value)]),
    withoutBcc: latin1(withoutBcc),
    body: latin1(joined(body)),
  }
}
