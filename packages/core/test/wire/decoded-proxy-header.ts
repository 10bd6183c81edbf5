/** What a receiver reads in a PROXY header; addresses as octets. */
export interface DecodedProxyHeader {
  readonly version: 1 | 2
  /** `undefined` of a connection that is not passed on. */
  readonly ends:
    | {
        readonly family: 4 | 6
        readonly source: readonly [address: readonly number[], port: number]
        readonly destination: readonly [address: readonly number[], port: number]
      }
    | undefined
}

const signature = '\r\n\r\n\0\r\nQUIT\n'

/** Reads a header as the protocol's own text has it (HAProxy's proxy-protocol.txt §2), and nothing behind it. */
export function decodedProxyHeader(bytes: Uint8Array): DecodedProxyHeader {
  const text = Buffer.from(bytes).toString('latin1')
  return text.startsWith(signature) ? decodeBinary(Buffer.from(bytes)) : decodeLine(text)
}

function decodeBinary(bytes: Buffer): DecodedProxyHeader {
  if (bytes.length !== 16 + bytes.readUInt16BE(14)) throw new Error('the length is not that of what follows')
  const version = bytes.readUInt8(12) >> 4
  const command = bytes.readUInt8(12) & 0xf
  const transport = bytes.readUInt8(13)
  if (version !== 2 || command > 1) throw new Error('neither LOCAL nor PROXY of version 2')
  if (command === 0) {
    if (transport !== 0 || bytes.length !== 16) throw new Error('LOCAL with an address')
    return { version: 2, ends: undefined }
  }
  const family = transport === 0x11 ? 4 : 6
  if (family === 6 && transport !== 0x21) throw new Error('not TCP over IPv4 or IPv6')
  const width = family === 4 ? 4 : 16
  if (bytes.length !== 16 + 2 * width + 4) throw new Error('not two addresses and two ports')
  const address = (at: number) => [...bytes.subarray(at, at + width)]
  return {
    version: 2,
    ends: {
      family,
      source: [address(16), bytes.readUInt16BE(16 + 2 * width)],
      destination: [address(16 + width), bytes.readUInt16BE(18 + 2 * width)],
    },
  }
}

function decodeLine(text: string): DecodedProxyHeader {
  if (text === 'PROXY UNKNOWN\r\n') return { version: 1, ends: undefined }
  if (text.length > 107) throw new Error('longer than receivers must read')
  const found = /^PROXY TCP([46]) ([^ ]+) ([^ ]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/.exec(text)
  if (found === null) throw new Error(`no line of version 1: ${JSON.stringify(text)}`)
  const [, digit, source = '', destination = '', from, to] = found
  const family = digit === '4' ? 4 : 6
  const octets = family === 4 ? ipv4Octets : ipv6Octets
  return {
    version: 1,
    ends: { family, source: [octets(source), Number(from)], destination: [octets(destination), Number(to)] },
  }
}

function ipv4Octets(text: string): number[] {
  const numbers = text.split('.')
  if (numbers.length !== 4 || !numbers.every((number) => /^(?:0|[1-9]\d{0,2})$/.test(number) && Number(number) < 256)) {
    throw new Error(`no IPv4 address: ${text}`)
  }
  return numbers.map(Number)
}

function ipv6Octets(text: string): number[] {
  const [head = '', tail, ...more] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const leading = groups(head)
  const trailing = groups(tail ?? '')
  const omitted = 8 - leading.length - trailing.length
  const all = [...leading, ...new Array<string>(Math.max(0, omitted)).fill('0'), ...trailing]
  const whole = tail === undefined ? omitted === 0 : omitted > 0
  if (more.length > 0 || !whole || !all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) {
    throw new Error(`no IPv6 address: ${text}`)
  }
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
}
