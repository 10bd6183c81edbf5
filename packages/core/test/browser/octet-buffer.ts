type Encoding = 'utf8' | 'latin1' | 'base64' | 'hex'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function latin1(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += String.fromCharCode(octet)
  return text
}

const decode: Readonly<Record<Encoding, (octets: Uint8Array) => string>> = {
  utf8: (octets) => decoder.decode(octets),
  latin1,
  base64: (octets) => btoa(latin1(octets)),
  hex: (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(''),
}

const encode: Readonly<Record<Exclude<Encoding, 'hex'>, (text: string) => Uint8Array>> = {
  utf8: (text) => encoder.encode(text),
  latin1: (text) => Uint8Array.from(text, (character) => character.charCodeAt(0)),
  // Lenient, as Node's is: a digit too many is no octet.
  base64: (text) => {
    const digits = text.replace(/[^A-Za-z0-9+/]/g, '')
    return encode.latin1(atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits))
  },
}

/** As much of Node's `Buffer` as the tests of core use, made of what a browser has. */
export class OctetBuffer extends Uint8Array {
  static override from(
    given: string | ArrayLike<number> | Iterable<number>,
    encoding: unknown = 'utf8',
  ): OctetBuffer & Uint8Array<ArrayBuffer> {
    const octets =
      typeof given === 'string' ? encode[encoding as 'utf8'](given) : Uint8Array.from(given as Iterable<number>)
    return new OctetBuffer(octets.buffer as ArrayBuffer, octets.byteOffset, octets.length) as never
  }

  static alloc(length: number, fill: string | number = 0): OctetBuffer {
    return new OctetBuffer(length).fill(fill)
  }

  static concat(pieces: readonly Uint8Array[]): OctetBuffer {
    const whole = new OctetBuffer(pieces.reduce((length, piece) => length + piece.length, 0))
    let end = 0
    for (const piece of pieces) {
      whole.set(piece, end)
      end += piece.length
    }
    return whole
  }

  static byteLength(text: string): number {
    return encode.utf8(text).length
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((octet, i) => octet === other[i])
  }

  /** With one character, or an octet. */
  override fill(value: number | string, start?: number, end?: number): this {
    return super.fill(typeof value === 'string' ? value.charCodeAt(0) : value, start, end)
  }

  override indexOf(sought: number | string | Uint8Array, from = 0): number {
    return typeof sought === 'number'
      ? super.indexOf(sought, from)
      : latin1(this).indexOf(typeof sought === 'string' ? latin1(encode.utf8(sought)) : latin1(sought), from)
  }

  override toString(encoding: Encoding = 'utf8', start = 0, end: number = this.length): string {
    return decode[encoding](this.subarray(start, end))
  }

  readUInt8(at: number): number {
    return new DataView(this.buffer, this.byteOffset).getUint8(at)
  }

  readUInt16BE(at: number): number {
    return new DataView(this.buffer, this.byteOffset).getUint16(at)
  }
}
