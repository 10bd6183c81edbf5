import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

export interface ScramServerOptions {
  /** As Node names it. */
  readonly hash: string
  /** Who may come in, and the password once it is prepared. */
  readonly user: string
  readonly password: string
  readonly salt?: Uint8Array
  readonly iterations?: number
  readonly nonce?: string
  /** The type of channel binding that the client must use, and the server's own data of it. */
  readonly binding?: readonly [string, Uint8Array]
}

/** The server's side of SCRAM, from RFC 5802 and Node's own cryptography. It shares no code with what it is to test. */
export class ScramServer {
  readonly #options: Required<Omit<ScramServerOptions, 'binding'>> & Pick<ScramServerOptions, 'binding'>
  #clientFirst = { header: '', bare: '' }
  #first = ''
  /** What the client's first message says. */
  authzid: string | undefined
  flag = ''

  constructor(options: ScramServerOptions) {
    this.#options = { salt: Buffer.from('salt'), iterations: 4096, nonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0', ...options }
  }

  /** The server's first message. */
  first(message: Uint8Array): string {
    const [, header = '', flag = '', authzid, bare = ''] =
      /^((n|y|p=[^,]+),(?:a=([^,]+))?,)(.*)$/s.exec(Buffer.from(message).toString()) ?? []
    const [, name = '', clientNonce] = /^n=([^,]+),r=([^,]+)$/.exec(bare) ?? []
    if (unescaped(name) !== this.#options.user) throw new Error(`a user ${name}`)
    this.flag = flag
    this.authzid = authzid === undefined ? undefined : unescaped(authzid)
    this.#clientFirst = { header, bare }
    const { nonce, salt, iterations } = this.#options
    this.#first = `r=${clientNonce}${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`
    return this.#first
  }

  /** The server's last message, or `undefined` where the client's proof is wrong. */
  final(message: Uint8Array): string | undefined {
    const text = Buffer.from(message).toString()
    const [, withoutProof = '', binding = '', nonce, proof = ''] = /^(c=([^,]+),r=([^,]+)),p=(.+)$/.exec(text) ?? []
    const { binding: [type, data] = ['', ''] } = this.#options
    const expected = Buffer.concat([Buffer.from(this.#clientFirst.header), Buffer.from(data)])
    if (!Buffer.from(binding, 'base64').equals(expected)) return undefined
    if ((this.flag.startsWith('p=') ? this.flag.slice(2) : '') !== type) return undefined
    if (nonce !== /^r=([^,]+),/.exec(this.#first)?.[1]) return undefined
    const authMessage = `${this.#clientFirst.bare},${this.#first},${withoutProof}`
    const storedKey = this.#hash(this.#hmac(this.#salted, 'Client Key'))
    const signature = this.#hmac(storedKey, authMessage)
    const clientKey = Buffer.from(proof, 'base64').map((octet, i) => octet ^ (signature[i] as number))
    if (!this.#hash(clientKey).equals(storedKey)) return undefined
    return `v=${this.#hmac(this.#hmac(this.#salted, 'Server Key'), authMessage).toString('base64')}`
  }

  get #salted(): Buffer {
    const { hash, password, salt, iterations } = this.#options
    return pbkdf2Sync(password, salt, iterations, this.#hash(Buffer.alloc(0)).length, hash)
  }

  #hash(octets: Uint8Array): Buffer {
    return createHash(this.#options.hash).update(octets).digest()
  }

  #hmac(key: Uint8Array, text: string): Buffer {
    return createHmac(this.#options.hash, key).update(text).digest()
  }
}

function unescaped(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
