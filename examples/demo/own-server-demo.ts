import type { Order } from './command-line.ts'
import { errorLine } from './error-line.ts'
import { printable } from './printable.ts'
import { composeSampleMessage } from './sample-message.ts'
import { deliverAndShow, heading } from './shown-delivery.ts'
import type { Verdict } from './verdict.ts'

/** Delivers to a server of the caller's, of which only the replies are known. */
export async function runOwnServerDemo({ url, from, to, options }: Order): Promise<Verdict> {
  const message = await composeSampleMessage(from, to)
  console.log(`A message of ${message.length} octets for ${printable(to.join(', '))}.`)

  const { report } = await deliverAndShow(url, options, { from, to, message })
  heading('Content')
  console.log('Not compared: only the server knows what arrived there.')
  const missed = report.recipients
    .filter(({ status }) => status !== 'accepted')
    .map(({ address }) => printable(address))
  return {
    success: 'Accepted for every recipient.',
    problems: [
      ...(missed.length > 0 ? [`not accepted for ${missed.join(', ')}`] : []),
      ...(report.error !== undefined ? [errorLine(report.error)] : []),
    ],
  }
}
