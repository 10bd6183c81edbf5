import { isSmtpError, type SaslExchange } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, hashes, names, said } from './scram-driver.ts'
import { examples } from './scram-examples.ts'
import { ScramServer, type ScramServerOptions } from './scram-server.ts'
import { bytes, started, utf8 } from './started.ts'

const bindings = { 'tls-exporter': Uint8Array.of(1, 0, 255), 'tls-server-end-point': Uint8Array.of(2, 44) }
const violated = (violation: string) => expect.objectContaining({ code: 'REMOTE_PROTOCOL', violation })

describe('the example of RFC', () => {
  test.each(examples)('$rfc comes out as it is there', ({ name, nonce, first, final, signature }) => {
    const exchange = started(name, { user: 'user', pass: 'pencil' }, { nonce })
    expect(utf8(exchange.initialResponse)).toBe(`n,,n=user,r=${nonce}`)
    expect(exchange.serverProven).toBe(false)
    expect(said(exchange, first)).toBe(final)
    expect(said(exchange, signature)).toBe('')
    expect(exchange.serverProven).toBe(true)
    expect(answered(exchange, signature)).toBe('cancel')
  })
})

describe('the GS2 header', () => {
  const credentials = { user: 'ann', pass: 'secret' }
  const plus = ['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']
  const exporter = { 'tls-exporter': bindings['tls-exporter'] }
  const endPoint = { 'tls-server-end-point': bindings['tls-server-end-point'] }

  test.each([
    ['says n where nothing is known to bind to', 'SCRAM-SHA-256', {}, plus.slice(0, 1), 'n,,'],
    ['says n where the server could bind and the client can’t', 'SCRAM-SHA-256', {}, plus, 'n,,'],
    [
      'says y where the client could bind and the server offers nothing',
      'SCRAM-SHA-256',
      bindings,
      plus.slice(0, 1),
      'y,,',
    ],
    ['says n where both could, and the caller has chosen otherwise', 'SCRAM-SHA-256', bindings, plus, 'n,,'],
    [
      'says y where what is offered only looks like it',
      'SCRAM-SHA-1',
      bindings,
      ['X-SCRAM-1-PLUS', 'SCRAM-1-PLUSS'],
      'y,,',
    ],
    ['says n where the server binds with another hash', 'SCRAM-SHA-512', bindings, ['SCRAM-SHA-1-PLUS'], 'n,,'],
    ['names the connection’s own binding first', 'SCRAM-SHA-256-PLUS', bindings, plus, 'p=tls-exporter,,'],
    ['names the exporter where there is no other', 'SCRAM-SHA-1-PLUS', exporter, plus, 'p=tls-exporter,,'],
    [
      'names the certificate’s where there is no other',
      'SCRAM-SHA-512-PLUS',
      endPoint,
      plus,
      'p=tls-server-end-point,,',
    ],
  ] as const)('%s', (_, name, channelBindings, offered, header) => {
    const { initialResponse } = started(name, credentials, { channelBindings, offered })
    expect(utf8(initialResponse)).toBe(`${header}n=ann,r=the-clients-nonce`)
  })

  test('has the identity to act as, where there is one, with its commas and equals signs written otherwise', () => {
    const withAuthzid = (authzid: string) => utf8(started('SCRAM-SHA-1', { ...credentials, authzid }).initialResponse)
    expect(withAuthzid('a,b=c')).toBe('n,a=a=2Cb=3Dc,n=ann,r=the-clients-nonce')
    expect(withAuthzid('')).toBe('n,,n=ann,r=the-clients-nonce')
  })
})

describe('an exchange with a server by another hand', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'Z', ' ', '=', ',', 'é', '字', '=2C'),
    minLength: 1,
    maxLength: 8,
  })
  const password = fc.string({ unit: fc.constantFrom('a', '!', ' ', '=', ',', 'ß', '☃', '\0'), maxLength: 12 })
  const nonce = fc.string({ unit: fc.constantFrom(...'!aZ09+/=~%$'), minLength: 1, maxLength: 40 })
  const parties = fc.record({
    hash: fc.constantFrom(...names),
    type: fc.constantFrom(undefined, 'tls-exporter', 'tls-server-end-point'),
    data: fc.uint8Array({ maxLength: 64 }),
    salt: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    iterations: fc.integer({ min: 1, max: 20 }),
    user: name,
    pass: password.map((text) => text.replaceAll('\0', '')),
    clientNonce: nonce,
    serverNonce: nonce,
    authzid: fc.option(name, { nil: undefined }),
  })

  interface Parties {
    readonly exchange: SaslExchange
    readonly server: ScramServer
  }

  function met(given: typeof parties extends fc.Arbitrary<infer Value> ? Value : never, theirs = {}): Parties {
    const { hash, type, data, user, pass, salt, iterations, serverNonce, clientNonce, authzid } = given
    const options: ScramServerOptions = {
      hash: hashes[hash],
      user,
      password: pass,
      salt,
      iterations,
      nonce: serverNonce,
      ...(type !== undefined && { binding: [type, data] }),
      ...theirs,
    }
    const exchange = started(
      `SCRAM-${hash}${type === undefined ? '' : '-PLUS'}`,
      { user, pass, ...(authzid !== undefined && { authzid }) },
      {
        nonce: clientNonce,
        channelBindings: type === undefined ? {} : { [type]: data },
        iterations: { min: 1, max: 20 },
      },
    )
    return { exchange, server: new ScramServer(options) }
  }

  test('proves each to the other', () => {
    fc.assert(
      fc.property(parties, (given) => {
        const { exchange, server } = met(given)
        const first = server.first(exchange.initialResponse as Uint8Array)
        const final = server.final(answered(exchange, first) as Uint8Array)
        expect(final).toBeDefined()
        expect(said(exchange, final as string)).toBe('')
        expect([exchange.serverProven, server.authzid]).toEqual([true, given.authzid])
      }),
    )
  })

  test('ends without proof of the client where the password, or the binding, is another one', () => {
    const other = fc.constantFrom('password', 'binding')
    fc.assert(
      fc.property(parties, other, (given, what) => {
        const { type = 'tls-exporter', data, pass } = given
        const changed = what === 'password' ? { password: `${pass}x` } : { binding: [type, [...data, 0]] }
        const { exchange, server } = met(given, changed)
        const first = server.first(exchange.initialResponse as Uint8Array)
        expect(server.final(answered(exchange, first) as Uint8Array)).toBeUndefined()
      }),
    )
  })

  test('ends without proof of the server where its signature is changed anywhere', () => {
    fc.assert(
      fc.property(parties, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, at, change) => {
        const { exchange, server } = met(given)
        const first = server.first(exchange.initialResponse as Uint8Array)
        const final = server.final(answered(exchange, first) as Uint8Array) as string
        const signature = Buffer.from(final.slice(2), 'base64')
        const place = at % signature.length
        signature[place] = (signature[place] as number) ^ change
        expect(() => answered(exchange, `v=${signature.toString('base64')}`)).toThrow(violated('SERVER_NOT_PROVEN'))
        expect(exchange.serverProven).toBe(false)
      }),
    )
  })

  test('ends in a refusal of what it says, or an error of the protocol, whatever the first message becomes', () => {
    fc.assert(
      fc.property(parties, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(3), (given, at, put, cut) => {
        const { exchange, server } = met(given)
        const first = server.first(exchange.initialResponse as Uint8Array)
        const place = at % (first.length + 1)
        const changed = first.slice(0, place) + put + first.slice(place + cut)
        fc.pre(changed !== first)
        let response: Uint8Array | 'cancel'
        try {
          response = answered(exchange, changed)
        } catch (error) {
          expect(error).toEqual(violated('BAD_CHALLENGE'))
          return
        }
        // The server's own message is part of what is signed, so a changed one is found out.
        expect(server.final(response as Uint8Array)).toBeUndefined()
      }),
    )
  })

  test('takes any octets at any step for what they are, or as an error of the protocol', () => {
    const octets = fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom(...'rsivem=,A1') }).map(bytes))
    fc.assert(
      fc.property(parties, octets, fc.boolean(), (given, challenge, late) => {
        const { exchange, server } = met(given)
        if (late) answered(exchange, server.first(exchange.initialResponse as Uint8Array))
        try {
          answered(exchange, challenge)
        } catch (error) {
          if (!isSmtpError(error)) throw error
          expect(error.code).toBe('REMOTE_PROTOCOL')
        }
        expect(exchange.serverProven).toBe(false)
      }),
    )
  })
})

describe('what can’t be carried is refused before anything is sent', () => {
  test.each([
    ['a password with a control character', { user: 'ann', pass: 'hush\u0007' }, 'auth.pass'],
    ['a password that mixes directions', { user: 'ann', pass: 'hush\u{5d0}' }, 'auth.pass'],
    ['a password that Unicode 3.2 does not know', { user: 'ann', pass: 'hush😀' }, 'auth.pass'],
    ['a user with a control character', { user: 'hush\u0007', pass: '' }, 'auth.user'],
    ['a user of whom nothing is left', { user: '\u{ad}', pass: 'hush' }, 'auth.user'],
  ])('%s', (_, credentials, field) => {
    const start = () => started('SCRAM-SHA-256', credentials)
    expect(start).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field }))
    expect(start).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hush') }))
  })

  test('a user is prepared as a query, and may be of characters that Unicode 3.2 does not know', () => {
    const { initialResponse } = started('SCRAM-SHA-256', { user: 'ann\u{a0}😀', pass: '' })
    expect(utf8(initialResponse)).toBe('n,,n=ann 😀,r=the-clients-nonce')
  })

  test.each(['', 'a,b', 'a b', 'é', '\n'])('a nonce of %j', (nonce) => {
    expect(() => started('SCRAM-SHA-256', { user: 'ann' }, { nonce })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'nonce' }),
    )
  })

  test('channel binding where there is none', () => {
    expect(() => started('SCRAM-SHA-256-PLUS', { user: 'ann' })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED', message: expect.stringContaining('SCRAM-SHA-256-PLUS') }),
    )
  })
})
