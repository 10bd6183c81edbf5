import { InvalidArgumentError, NotSupportedError, RemoteProtocolError } from '../../errors/index.ts'
import { encodeBase64, encodeUtf8 } from '../../wire/index.ts'
import type { HashName } from '../demand.ts'
import { gs2Header, saslName } from './gs2.ts'
import type { SaslContext, SaslExchange, SaslMechanism, SlowResponse } from './mechanism.ts'
import { saslprep } from './saslprep.ts'
import { parseServerFinal, parseServerFirst } from './scram-messages.ts'
import { hashLength, isEqual, scramProofs } from './scram-proofs.ts'

/**
 * SCRAM (RFC 5802, RFC 7677): the password never goes out, what does can't be used again, and the server must prove that
 * it knows the password too. With `plus`, bound to the TLS connection, so that nobody in between can pass it on.
 */
export function scram(hash: HashName, plus: 'PLUS' | undefined): SaslMechanism {
  const name = plus === undefined ? `SCRAM-${hash}` : `SCRAM-${hash}-PLUS`
  return {
    name,
    plaintext: false,
    needsNonce: true,
    bindsChannel: plus !== undefined,
    start(credentials, context) {
      const binding = plus === undefined ? unbound(context) : bound(name, context)
      const user = saslprep('auth.user', credentials.user, 'query')
      if (user === '')
        throw new InvalidArgumentError('auth.user', 'has nothing left once it is prepared (RFC 5802 §5.1)')
      // RFC 5802 §7: `printable`.
      if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(context.nonce)) {
        throw new InvalidArgumentError('nonce', 'must be printable US-ASCII without commas, and not empty')
      }
      return new ScramExchange({
        hash,
        password: encodeUtf8(saslprep('auth.pass', credentials.pass, 'stored')),
        header: gs2Header(binding.flag, credentials.authzid),
        bindingData: binding.data,
        nonce: context.nonce,
        bare: `n=${saslName(user)},r=${context.nonce}`,
        iterations: context.iterations,
      })
    },
  }
}

interface Binding {
  readonly flag: string
  readonly data: Uint8Array
}

const nothing = new Uint8Array(0)

/**
 * RFC 5802 §6. To say `y` to a server that offers channel binding would accuse it of hiding that, and it would refuse.
 */
function unbound({ channelBindings, offered }: SaslContext): Binding {
  const couldBind = Object.keys(channelBindings).length > 0
  const isOffered = offered.some((name) => /^SCRAM-.*-PLUS$/.test(name))
  return { flag: couldBind && !isOffered ? 'y' : 'n', data: nothing }
}

/** The binding that is of this one connection (RFC 9266), or else that to the server's certificate (RFC 5929 §4). */
function bound(name: string, { channelBindings }: SaslContext): Binding {
  for (const type of ['tls-exporter', 'tls-server-end-point'] as const) {
    const data = channelBindings[type]
    if (data !== undefined) return { flag: `p=${type}`, data }
  }
  throw new NotSupportedError('AUTH', `${name} binds to TLS, of which this connection gives no channel binding`)
}

interface ScramOptions {
  readonly hash: HashName
  readonly password: Uint8Array
  /** Of GS2. */
  readonly header: string
  readonly bindingData: Uint8Array
  readonly nonce: string
  /** The client's first message without its header. */
  readonly bare: string
  readonly iterations: SaslContext['iterations']
}

class ScramExchange implements SaslExchange {
  readonly initialResponse: Uint8Array
  serverProven = false
  explanation: string | undefined
  readonly #options: ScramOptions
  #next: 'first' | 'final' | 'nothing' = 'first'
  #serverSignature: Uint8Array = nothing

  constructor(options: ScramOptions) {
    this.#options = options
    this.initialResponse = encodeUtf8(options.header + options.bare)
  }

  respond(challenge: Uint8Array): Uint8Array | 'cancel' | SlowResponse {
    const due = this.#next
    this.#next = 'nothing'
    if (due === 'first') return this.#answerFirst(challenge)
    return due === 'final' ? this.#answerFinal(challenge) : 'cancel'
  }

  #answerFirst(challenge: Uint8Array): Uint8Array | SlowResponse {
    const first = parseServerFirst(challenge)
    if ('error' in first) return this.#refused(first.error)
    const { hash, password, nonce } = this.#options
    if (!first.nonce.startsWith(nonce)) {
      throw new RemoteProtocolError('BAD_CHALLENGE', "the server's nonce does not begin with the client's")
    }
    this.#checkIterations(first.iterations)
    return {
      derive: { hash, password, salt: first.salt, iterations: first.iterations, length: hashLength(hash) },
      respond: (key) => this.#prove(key, first.text, first.nonce),
    }
  }

  #checkIterations(iterations: number): void {
    const { min, max } = this.#options.iterations
    if (iterations >= min && iterations <= max) return
    const message = `the server asks for ${iterations} iterations of SCRAM, and ${min} to ${max} are taken`
    throw new RemoteProtocolError('BAD_CHALLENGE', message)
  }

  #prove(saltedPassword: Uint8Array, serverFirst: string, nonce: string): Uint8Array {
    const { hash, header, bindingData, bare } = this.#options
    const bindingInput = Uint8Array.from([...encodeUtf8(header), ...bindingData])
    const withoutProof = `c=${encodeBase64(bindingInput)},r=${nonce}`
    const proofs = scramProofs(hash, saltedPassword, `${bare},${serverFirst},${withoutProof}`)
    this.#serverSignature = proofs.serverSignature
    this.#next = 'final'
    return encodeUtf8(`${withoutProof},p=${encodeBase64(proofs.clientProof)}`)
  }

  #answerFinal(challenge: Uint8Array): Uint8Array {
    const final = parseServerFinal(challenge)
    if ('error' in final) return this.#refused(final.error)
    if (!isEqual(final.signature, this.#serverSignature)) {
      throw new RemoteProtocolError(
        'SERVER_NOT_PROVEN',
        "the server's signature shows that it does not know the password",
      )
    }
    this.serverProven = true
    return nothing
  }

  /** The refusal itself comes as the reply to an empty response. */
  #refused(error: string): Uint8Array {
    this.explanation = error
    return nothing
  }
}
