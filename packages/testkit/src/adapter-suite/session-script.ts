import type { Peer } from './server/peer.ts'

/** Greets, and answers EHLO or LHLO with what the server offers. */
export async function greet(peer: Peer, offers: readonly string[] = [], hello: string = 'EHLO'): Promise<void> {
  peer.send('220 ready\r\n')
  await peer.answer(hello, reply(['hello', ...offers]))
}

/** Greets, and takes STARTTLS up to the 220 that the client waits for. */
export async function greetForStartTls(peer: Peer): Promise<void> {
  await greet(peer, ['STARTTLS'])
  const line = await peer.readLine()
  if (line !== 'STARTTLS') throw new Error(`expected STARTTLS, received ${line}`)
}

/** Takes an envelope, one command a reply, up to the 354. */
export async function takeEnvelope(peer: Peer, from: string, to: readonly string[]): Promise<void> {
  await peer.answer(`MAIL FROM:<${from}>`, '250 ok')
  for (const address of to) await peer.answer(`RCPT TO:<${address}>`, '250 ok')
  await peer.answer('DATA', '354 go')
}

/** A 250 of as many lines as there are texts. */
function reply(texts: readonly string[]): string {
  return texts.map((text, i) => `250${i < texts.length - 1 ? '-' : ' '}${text}`).join('\r\n')
}
