/** What a server host is asked for, or answers: JSON, and octets beside it. */
export type Message = null | boolean | number | string | Uint8Array | readonly Message[] | MessageFields

export interface MessageFields {
  readonly [name: string]: Message | undefined
}

/** In JSON, octets are an object with this one name and the place where they lie behind it. */
const marker = '$octets'

/** The length of the JSON in four octets, the JSON, and all octets on end. */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  const marked = (value: Message | undefined): unknown => {
    if (value instanceof Uint8Array) {
      pieces.push(value)
      length += value.length
      return { [marker]: [length - value.length, length] }
    }
    if (Array.isArray(value)) return value.map(marked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, marked(each)]))
  }
  const json = Buffer.from(JSON.stringify(marked(message)))
  const encoded = new Uint8Array(4 + json.length + length)
  new DataView(encoded.buffer).setUint32(0, json.length)
  encoded.set(json, 4)
  let at = 4 + json.length
  for (const piece of pieces) {
    encoded.set(piece, at)
    at += piece.length
  }
  return encoded
}

export function decodeMessage(encoded: Uint8Array): Message {
  const view = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const end = 4 + view.readUInt32BE(0)
  return JSON.parse(view.toString('utf8', 4, end), (_, value) => {
    const place = value?.[marker]
    return place === undefined ? value : view.subarray(end + place[0], end + place[1])
  })
}
