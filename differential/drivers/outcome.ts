import { createHash } from 'node:crypto'

/** Code and text. */
export type ReplyOutcome = readonly [code: number, text: string]

/** Address, code and text. */
export type RefusalOutcome = readonly [address: string, code: number, text: string]

/** What an error says, in words that are neither side's: `SenderRefused` for SMTPSenderRefused and SenderRefusedError. */
export interface ErrorOutcome {
  readonly error: string
  readonly reply?: ReplyOutcome
  readonly sender?: string
  readonly recipients?: readonly RefusalOutcome[]
  /** The control characters that the message shows escaped. */
  readonly escapes?: readonly string[]
}

/** What a call came to. */
export type Outcome =
  | { readonly reply: ReplyOutcome; readonly challenges?: readonly string[] }
  | { readonly replies: readonly ReplyOutcome[] }
  | { readonly refused: readonly RefusalOutcome[] }
  | { readonly text: string }
  | { readonly flag: boolean }
  | { readonly features: Readonly<Record<string, readonly string[]>> }
  | { readonly asked: string }
  | { readonly nothing: true }
  | ErrorOutcome

/** A call's outcome on one line, in which two that differ anywhere differ. */
export function renderOutcome(outcome: Outcome): string {
  if ('error' in outcome) return renderError(outcome)
  if ('reply' in outcome) return renderReply(outcome.reply) + rendered(' after ', outcome.challenges)
  if ('replies' in outcome) return outcome.replies.map(renderReply).join('; ')
  if ('refused' in outcome) return `refused: ${renderRefusals(outcome.refused)}`
  if ('text' in outcome) return `text ${escaped(outcome.text)}`
  if ('flag' in outcome) return outcome.flag ? 'yes' : 'no'
  if ('features' in outcome) return renderFeatures(outcome.features)
  if ('asked' in outcome) return outcome.asked
  return 'nothing'
}

function renderError({ error, reply, sender, recipients, escapes }: ErrorOutcome): string {
  const parts = [error]
  if (reply !== undefined) parts.push(renderReply(reply))
  if (sender !== undefined) parts.push(`from ${escaped(sender)}`)
  if (recipients !== undefined) parts.push(renderRefusals(recipients))
  if (escapes !== undefined && escapes.length > 0) parts.push(`showing ${escapes.join(' ')}`)
  return parts.join(' ')
}

function renderReply([code, text]: ReplyOutcome): string {
  return `${code} ${escaped(text)}`
}

function renderRefusals(refused: readonly RefusalOutcome[]): string {
  return refused.map(([address, ...reply]) => `${escaped(address)} ${renderReply(reply)}`).join('; ') || 'nobody'
}

function renderFeatures(features: Readonly<Record<string, readonly string[]>>): string {
  const lines = Object.entries(features).map(([keyword, words]) => [keyword, ...words].join(' '))
  return `features: ${lines.sort().join('; ') || 'none'}`
}

function rendered(prefix: string, texts: readonly string[] | undefined): string {
  return texts === undefined ? '' : prefix + texts.map((text) => JSON.stringify(text)).join(', ')
}

/** As in a JSON string, without its quotes; what is long is cut, and told apart by its length and a hash. */
export function escaped(text: string): string {
  const shown = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/[\x7f-\x9f]/g, escapedOctet)
  if (shown.length <= longest) return shown
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return `${shown.slice(0, 60)}… (${text.length} characters, SHA-256 ${hash}…)`
}

const longest = 400

function escapedOctet(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16)}`
}
