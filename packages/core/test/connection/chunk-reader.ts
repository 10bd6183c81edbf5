/** What a server makes of the octets that it is sent. */
export interface ReadChunks {
  /** Every command line, BDAT and BURL among them. */
  readonly lines: readonly string[]
  /** The octets of each message that was sent by BDAT and ended by LAST; of BURL its URL, between angle brackets. */
  readonly messages: readonly string[]
  /** What is there of a message that has not ended, or of a chunk that is not whole. */
  readonly rest: string
}

/** Reads lines, and behind each BDAT as many octets as it says, and nothing else (RFC 3030 §2). One character an octet. */
export function readChunks(wire: string): ReadChunks {
  const lines: string[] = []
  const messages: string[] = []
  let message = ''
  let at = 0
  while (at < wire.length) {
    const end = wire.indexOf('\r\n', at)
    if (end === -1) throw new Error(`a line without its end: ${JSON.stringify(wire.slice(at))}`)
    const line = wire.slice(at, end)
    at = end + 2
    lines.push(line)
    const [verb, argument = '', last, ...more] = line.split(' ')
    if (verb !== 'BDAT' && verb !== 'BURL') continue
    if (more.length > 0 || (last !== undefined && last !== 'LAST')) throw new Error(`malformed: ${line}`)
    if (verb === 'BURL') {
      message += `<${argument}>`
    } else {
      if (!/^\d+$/.test(argument)) throw new Error(`malformed: ${line}`)
      const octets = wire.slice(at, at + Number(argument))
      at += Number(argument)
      message += octets
      if (octets.length < Number(argument)) return { lines, messages, rest: message }
    }
    if (last === 'LAST') {
      messages.push(message)
      message = ''
    }
  }
  return { lines, messages, rest: message }
}
