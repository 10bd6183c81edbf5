import type { DeliveryReport, RecipientReport } from '@sansmtp/node'
import { colours } from './colours.ts'
import { printable } from './printable.ts'

const colourOf = {
  accepted: colours.green,
  rejected: colours.red,
  deferred: colours.yellow,
  notSent: colours.yellow,
  unknown: colours.yellow,
} as const satisfies Record<RecipientReport['status'], unknown>

/** Prints a line for each recipient: what became of it, who it is, and what the server said. */
export function printReport({ recipients }: DeliveryReport): void {
  const width = Math.max(...recipients.map(({ address }) => address.length))
  for (const { address, status, reply } of recipients) {
    const words = reply === undefined ? 'no reply' : `${reply.code} ${reply.text.replaceAll('\n', ' ')}`
    console.log(`${colourOf[status](status.padEnd(8))}  ${printable(address).padEnd(width)}  ${printable(words)}`)
  }
}
