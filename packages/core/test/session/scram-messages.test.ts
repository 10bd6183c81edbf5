import type { SaslContext } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { answered, names, said } from './scram-driver.ts'
import { sha256Example } from './scram-examples.ts'
import { bytes, started } from './started.ts'

const violated = (violation: string) => expect.objectContaining({ code: 'REMOTE_PROTOCOL', violation })

/** The example of RFC 7677, with the server's messages changed. */
function exampleWith({ first = sha256Example.first, more = {} as Partial<SaslContext> }) {
  const { name, nonce } = sha256Example
  const exchange = started(name, { user: 'user', pass: 'pencil' }, { nonce, ...more })
  return { exchange, answerFirst: () => answered(exchange, first) }
}

describe('the server’s first message', () => {
  const { nonce, first } = sha256Example
  const [r = '', s = '', i = ''] = first.split(',')

  test.each([
    ['is empty', ''],
    ['has no nonce', `${s},${i}`],
    ['has no salt', `${r},${i}`],
    ['has no iteration count', `${r},${s}`],
    ['has an empty salt', `${r},s=,${i}`],
    ['has a salt that is not base64', `${r},s=W22ZaJ0SNY7soEsUEjb6gQ,${i}`],
    ['is a nonce alone', r],
    ['has its nonce by another name', `x${r.slice(1)},${s},${i}`],
    ['has its salt by another name', `${r},x${s.slice(1)},${i}`],
    ['has its iteration count by another name', `${r},${s},x${i.slice(1)}`],
    ['has half an iteration', `${r},${s},i=4096.5`],
    ['has an iteration count with an exponent', `${r},${s},i=4096e0`],
    ['has an attribute with two letters', `${first},xx=y`],
    ['has a NUL behind something', `${first},x=y\0`],
    ['has its parts in another order', `${s},${r},${i}`],
    ['has another nonce', `r=x${nonce},${s},${i}`],
    ['has a nonce cut short', `r=${nonce.slice(0, -1)},${s},${i}`],
    ['has the nonce in other letters', `r=${nonce.toLowerCase()}x,${s},${i}`],
    ['has a nonce that is not printable', `${r}\u007f,${s},${i}`],
    ['has a nonce beyond US-ASCII', `${r}é,${s},${i}`],
    ['has a nonce with a blank', `${r} x,${s},${i}`],
    ['has an iteration count that is no number', `${r},${s},i=4096x`],
    ['has an iteration count of zero', `${r},${s},i=0`],
    ['has an iteration count with a zero before it', `${r},${s},i=04096`],
    ['has a negative iteration count', `${r},${s},i=-4096`],
    ['has a mandatory extension before', `m=ext,${first}`],
    ['has a mandatory extension behind', `${first},m=ext`],
    ['has something behind that is no attribute', `${first},x`],
    ['has a NUL', `${first},x=\0`],
    ['ends with a comma', `${first},`],
    ['has names in capitals', first.toUpperCase()],
    ['is the last one', 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='],
    ['has a byte order mark', `\u{feff}${first}`],
  ])('that %s is an error of the protocol, and nothing is said any more', (_, changed) => {
    const { exchange, answerFirst } = exampleWith({ first: changed })
    expect(answerFirst).toThrow(violated('BAD_CHALLENGE'))
    expect(answered(exchange, first)).toBe('cancel')
  })

  test('that is not UTF-8 is one as well', () => {
    const { exchange } = exampleWith({})
    expect(() => answered(exchange, Uint8Array.of(...bytes(`${first},x=`), 0xff))).toThrow(violated('BAD_CHALLENGE'))
  })

  test('may have optional extensions, which are signed and nothing else', () => {
    const final = said(exampleWith({}).exchange, `${first},x=a=b,Y=é`)
    const [withoutProof, proof] = sha256Example.final.split(',p=')
    expect(final.split(',p=')[0]).toBe(withoutProof)
    expect(final.split(',p=')[1]).not.toBe(proof)
  })

  test('may add nothing to the nonce', () => {
    expect(exampleWith({ first: `r=${nonce},${s},${i}` }).answerFirst()).toBeInstanceOf(Uint8Array)
  })

  test.each([
    ['4095', false],
    ['4096', true],
    ['1', false],
    ['1000001', false],
    ['99999999999999999999', false],
    ['9'.repeat(400), false],
  ])('may ask for %s iterations: %s', (count, taken) => {
    const { exchange } = exampleWith({})
    const respond = () => exchange.respond(bytes(`${r},${s},i=${count}`))
    if (taken) expect(respond()).toMatchObject({ derive: { iterations: Number(count) } })
    else expect(respond).toThrow(violated('BAD_CHALLENGE'))
  })

  test('may ask for as many as the caller takes, and the error names both bounds', () => {
    const iterations = { min: 10, max: 20 }
    for (const [count, taken] of [
      [9, false],
      [10, true],
      [20, true],
      [21, false],
    ] as const) {
      const { answerFirst } = exampleWith({ first: `${r},${s},i=${count}`, more: { iterations } })
      if (taken) expect(answerFirst()).toBeInstanceOf(Uint8Array)
      else expect(answerFirst).toThrow(`asks for ${count} iterations of SCRAM, and 10 to 20 are taken`)
    }
  })

  test('has the key derived with its salt and count, from the prepared password, as long as the hash', () => {
    const lengths = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-512': 64 }
    for (const hash of names) {
      const exchange = started(`SCRAM-${hash}`, { user: 'user', pass: 'e\u{301}\u{ad}' }, { nonce: 'n' })
      expect(exchange.respond(bytes('r=n1,s=QUJD,i=5000'))).toMatchObject({
        derive: { hash, password: bytes('é'), salt: bytes('ABC'), iterations: 5000, length: lengths[hash] },
      })
    }
  })
})

describe('the server’s last message', () => {
  const { signature } = sha256Example

  test.each([
    ['is empty', ''],
    ['has an empty signature', 'v='],
    ['has a signature that is not base64', signature.slice(0, -1)],
    ['has a mandatory extension', `${signature},m=x`],
    ['is the first one again', sha256Example.first],
    ['is something else', 'x=y'],
    ['has its signature by another name', `x${signature.slice(1)}`],
  ])('that %s is an error of the protocol', (_, final) => {
    const { exchange, answerFirst } = exampleWith({})
    answerFirst()
    expect(() => answered(exchange, final)).toThrow(violated('BAD_CHALLENGE'))
    expect(exchange.serverProven).toBe(false)
    expect(answered(exchange, signature)).toBe('cancel')
  })

  test.each([
    ['is cut', 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A=='],
    ['is longer', 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4A'],
    ['is that of another exchange', 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ='],
  ])('whose signature %s proves nothing', (_, final) => {
    const { exchange, answerFirst } = exampleWith({})
    answerFirst()
    expect(() => answered(exchange, final)).toThrow(violated('SERVER_NOT_PROVEN'))
  })

  test('may have extensions behind its signature', () => {
    const { exchange, answerFirst } = exampleWith({})
    answerFirst()
    expect(said(exchange, `${signature},x=y`)).toBe('')
    expect(exchange.serverProven).toBe(true)
  })

  test.each([false, true])('may tell why it refuses, also in place of the first one (after it: %s)', (after) => {
    const { exchange, answerFirst } = exampleWith({})
    if (after) answerFirst()
    expect(said(exchange, 'e=invalid-proof,x=y')).toBe('')
    expect([exchange.explanation, exchange.serverProven]).toEqual(['invalid-proof', false])
    expect(answered(exchange, signature)).toBe('cancel')
  })
})
