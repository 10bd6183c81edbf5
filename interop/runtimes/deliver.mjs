/**
 * Delivers one message, in whatever runtime. Rejects when it is not accepted for everybody.
 *
 * @param {{ SmtpClient: typeof import('@sansmtp/node').SmtpClient }} adapter
 * @param {import('./sending-program.ts').Errand} errand
 */
export async function deliver({ SmtpClient }, { url, options, delivery }) {
  const client = await SmtpClient.connect(url, options)
  const report = await client.deliver(delivery)
  await client.quit()
  const statuses = report.recipients.map(({ status, reply }) => `${status} ${reply ?? ''}`)
  if (!report.ok) throw new Error(`${statuses.join(', ')}: ${report.error?.message}`)
}
