/** The envelope as a server that is a program of ours was told it, which it writes before each message. */
export function envelopeIn(trace: string): unknown {
  const found = /^X-Envelope: (.*?)\r?$/m.exec(trace)
  if (found?.[1] === undefined) throw new Error(`no X-Envelope in ${trace}`)
  return JSON.parse(found[1])
}
