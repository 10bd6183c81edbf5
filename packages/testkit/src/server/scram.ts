import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { type ChannelBindings, decodeUtf8, encodeBase64, encodeUtf8, type HashName } from '@sansmtp/core'
import type { SaslStep } from './sasl-step.ts'

const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 } as const

/** The mechanisms of SCRAM that a server may offer. */
export const scramMechanisms: readonly string[] = Object.keys(hashes).flatMap((hash) => [
  `SCRAM-${hash}`,
  `SCRAM-${hash}-PLUS`,
])

/** What a server knows of its users, and computes once of each. */
export class ScramSecrets {
  readonly iterations: number
  readonly salt: Uint8Array = encodeUtf8('a salt of the server')
  readonly #users: ReadonlyMap<string, string>
  readonly #saltedPasswords = new Map<string, Uint8Array>()

  constructor(users: ReadonlyMap<string, string>, iterations: number) {
    this.#users = users
    this.iterations = iterations
  }

  /** `undefined` for whom the server does not know. Passwords are prepared with NFKC, which is most of SASLprep. */
  saltedPassword(hash: HashName, user: string): Uint8Array | undefined {
    const password = this.#users.get(user)
    if (password === undefined) return undefined
    const key = `${hash} ${user}`
    const known = this.#saltedPasswords.get(key)
    if (known !== undefined) return known
    const c = this.iterations
    const salted = pbkdf2(hashes[hash], encodeUtf8(password.normalize('NFKC')), this.salt, {
      c,
      dkLen: hashes[hash].outputLen,
    })
    this.#saltedPasswords.set(key, salted)
    return salted
  }
}

export interface ScramSettings {
  readonly scramSecrets: ScramSecrets
  readonly channelBindings: ChannelBindings
  /** Whether the server offers channel binding, by any mechanism. */
  readonly offersBinding: boolean
}

interface ClientFirst {
  readonly header: string
  readonly flag: string
  readonly bare: string
  readonly user: string
  readonly nonce: string
}

const clientFirst = /^((n|y|p=[A-Za-z0-9.-]+),(?:a=([^,]+))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+))$/
const clientFinal = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)),p=([A-Za-z0-9+/=]+)$/

/** The server's side of SCRAM (RFC 5802), in as many steps as the client has taken. It says no `e=`, but 535. */
export function scramStep(mechanism: string, responses: readonly Uint8Array[], settings: ScramSettings): SaslStep {
  const [first, final, empty] = responses.map(decodeUtf8)
  if (first === undefined) return { challenge: '' }
  const client = readFirst(first, mechanism, settings)
  const [, hash] = /^SCRAM-(.*?)(?:-PLUS)?$/.exec(mechanism) as unknown as [string, HashName]
  const { scramSecrets, channelBindings } = settings
  const salted = client && scramSecrets.saltedPassword(hash, client.user)
  if (client === undefined || salted === undefined) return 'refused'
  const nonce = `${client.nonce}-and-the-server`
  const serverFirst = `r=${nonce},s=${encodeBase64(scramSecrets.salt)},i=${scramSecrets.iterations}`
  if (final === undefined) return { challenge: inBase64(serverFirst) }
  const [, withoutProof, binding, returned, proof] = clientFinal.exec(final) ?? []
  if (returned !== nonce || binding !== encodeBase64(bindingInput(client, channelBindings))) return 'refused'
  const authMessage = `${client.bare},${serverFirst},${withoutProof}`
  if (proof !== encodeBase64(clientProof(hash, salted, authMessage))) return 'refused'
  if (empty !== undefined) return empty === '' ? { user: client.user } : 'refused'
  const serverKey = keyed(hash, salted, 'Server Key')
  return { challenge: inBase64(`v=${encodeBase64(keyed(hash, serverKey, authMessage))}`) }
}

/** Who the client says it is. */
export function scramUser(first: string): string {
  return nameOf(/(?:^|,)n=([^,]*)/.exec(first)?.[1] ?? '')
}

function readFirst(text: string, mechanism: string, settings: ScramSettings): ClientFirst | undefined {
  const [, header = '', flag = '', authzid, bare = '', name = '', nonce = ''] = clientFirst.exec(text) ?? []
  const plus = mechanism.endsWith('-PLUS')
  // RFC 5802 §6: a client that was kept from seeing that the server can bind says so here.
  const flagFits = plus ? bindingOf(flag, settings.channelBindings) !== undefined : flag === 'n' || flag === 'y'
  const downgraded = flag === 'y' && settings.offersBinding
  if (!flagFits || downgraded || /=(?!2C|3D)/.test(name)) return undefined
  const user = nameOf(name)
  return authzid === undefined || nameOf(authzid) === user ? { header, flag, bare, user, nonce } : undefined
}

function bindingOf(flag: string, channelBindings: ChannelBindings): Uint8Array | undefined {
  return Object.entries(channelBindings).find(([type]) => flag === `p=${type}`)?.[1]
}

function bindingInput({ header, flag }: ClientFirst, channelBindings: ChannelBindings): Uint8Array {
  return Uint8Array.from([...encodeUtf8(header), ...(bindingOf(flag, channelBindings) ?? [])])
}

function clientProof(hash: HashName, salted: Uint8Array, authMessage: string): Uint8Array {
  const clientKey = keyed(hash, salted, 'Client Key')
  const signature = keyed(hash, hashes[hash](clientKey), authMessage)
  return clientKey.map((octet, i) => octet ^ (signature[i] ?? 0))
}

function keyed(hash: HashName, key: Uint8Array, text: string): Uint8Array {
  return hmac(hashes[hash], key, encodeUtf8(text))
}

function nameOf(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function inBase64(text: string): string {
  return encodeBase64(encodeUtf8(text))
}
