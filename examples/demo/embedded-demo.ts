import { checkContent } from './content-check.ts'
import { startEmbeddedServer } from './embedded-server.ts'
import { errorLine } from './error-line.ts'
import { composeSampleMessage } from './sample-message.ts'
import { deliverAndShow, heading, type ShownDelivery } from './shown-delivery.ts'
import type { Verdict } from './verdict.ts'

const user = 'ann'
const pass = 'correct horse battery staple'
const from = 'ann@demo.example'
const bob = 'bob@demo.example'
const nobody = 'nobody@demo.example'
const eve = 'eve@demo.example'

/** Delivers to a server started for it, where all that happens is known and can be checked. */
export async function runEmbeddedDemo(): Promise<Verdict> {
  await using server = await startEmbeddedServer({ user, pass, refused: [nobody] })
  const to = [bob, nobody, eve]
  const message = await composeSampleMessage(from, to)
  console.log(`A message of ${message.length} octets for ${to.length} recipients, one of whom the server refuses.`)

  const delivered = await deliverAndShow(
    `smtp://127.0.0.1:${server.port}`,
    { auth: { user, pass }, tlsOptions: { ca: server.authority }, signal: AbortSignal.timeout(30_000) },
    { from, to, message },
  )
  heading('Content')
  return {
    success: 'As expected: two accepted, one refused, and what arrived is byte for byte what was sent.',
    problems: [...checkDelivery(delivered), ...checkContent(message, server.received)],
  }
}

function checkDelivery({ report, tls, authenticated }: ShownDelivery): string[] {
  const problems: string[] = []
  if (tls?.authorized !== true) problems.push('the connection was not secured by a verified certificate')
  if (!authenticated) problems.push('the session was not authenticated')
  const expected = `${bob} accepted 250, ${nobody} rejected 550, ${eve} accepted 250`
  const actual = report.recipients
    .map(({ address, status, reply }) => `${address} ${status} ${reply?.code ?? 'without a reply'}`)
    .join(', ')
  if (actual !== expected) problems.push(`the recipients should have been: ${expected}`)
  if (report.error !== undefined) problems.push(errorLine(report.error))
  return problems
}
