import { createHash } from 'node:crypto'
import { colours } from './colours.ts'

/** Prints size and hash of what was sent and of what arrived, and returns what is wrong with the latter. */
export function checkContent(sent: Uint8Array, received: readonly Uint8Array[]): string[] {
  printContent('sent', sent)
  for (const each of received) printContent('arrived', each)
  const [arrived] = received
  if (arrived === undefined || received.length > 1) return [`${received.length} messages arrived instead of one`]
  const position = firstDifference(sent, arrived)
  return position === undefined ? [] : [`what arrived differs from what was sent, from octet ${position} on`]
}

function printContent(label: string, content: Uint8Array): void {
  const hash = createHash('sha256').update(content).digest('hex')
  console.log(`${label.padEnd(8)}  ${content.length} octets  ${colours.dim(`SHA-256 ${hash}`)}`)
}

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const longer = Math.max(one.length, other.length)
  for (let i = 0; i < longer; i += 1) if (one[i] !== other[i]) return i
  return undefined
}
