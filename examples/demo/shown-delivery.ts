import { type ConnectOptions, type Delivery, type DeliveryReport, SmtpClient } from '@sansmtp/node'
import { colours } from './colours.ts'
import { printConnection } from './connection-printer.ts'
import { dialoguePrinter } from './dialogue-printer.ts'
import { printReport } from './report-printer.ts'

export interface ShownDelivery extends Pick<SmtpClient, 'secure' | 'tls' | 'authenticated'> {
  readonly report: DeliveryReport
}

/** Delivers a message; prints the dialogue, what protected it, and what became of each recipient. */
export async function deliverAndShow(url: string, options: ConnectOptions, delivery: Delivery): Promise<ShownDelivery> {
  heading('Dialogue')
  const delivered = await deliver(url, { ...options, onTranscript: dialoguePrinter() }, delivery)
  heading('Connection')
  printConnection(delivered)
  heading('Recipients')
  printReport(delivered.report)
  return delivered
}

async function deliver(url: string, options: ConnectOptions, delivery: Delivery): Promise<ShownDelivery> {
  await using client = await SmtpClient.connect(url, options)
  const report = await client.deliver(delivery, options.signal && { signal: options.signal })
  return { report, secure: client.secure, tls: client.tls, authenticated: client.authenticated }
}

export function heading(text: string): void {
  console.log(`\n${colours.bold(text)}`)
}
