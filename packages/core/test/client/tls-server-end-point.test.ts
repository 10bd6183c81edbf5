import { createHash, X509Certificate } from 'node:crypto'
import { tlsServerEndPoint } from '@sansmtp/core/client'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** An element of DER. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const length = content.length
  const prefix = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...prefix), content])
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents)
const none = der(0x05)

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...arcs] = text.split('.').map(Number)
  const octets = arcs.flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let rest = arc >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Uint8Array.of(first * 40 + second, ...octets))
}

/** What has the frame of a certificate (RFC 5280 §4.1), signed with an algorithm. */
function certificate(algorithm: readonly Uint8Array[], tbsLength = 300): Buffer {
  return sequence(sequence(Buffer.alloc(tbsLength, 7)), sequence(...algorithm), der(0x03, Buffer.alloc(65)))
}

const hashed = (hash: string, octets: Uint8Array) => Uint8Array.from(createHash(hash).update(octets).digest())
const sha = {
  1: '1.3.14.3.2.26',
  224: '2.16.840.1.101.3.4.2.4',
  256: '2.16.840.1.101.3.4.2.1',
  384: '2.16.840.1.101.3.4.2.2',
  512: '2.16.840.1.101.3.4.2.3',
}
const saltLength = der(0xa2, der(0x02, Uint8Array.of(32)))
const pss = (hash: string) => sequence(der(0xa0, sequence(oid(hash), none)), saltLength)

describe('tls-server-end-point is the certificate’s hash, as RFC 5929 §4.1 has it', () => {
  test.each([
    ['md5WithRSA', [oid('1.2.840.113549.1.1.4'), none], 'sha256'],
    ['sha1WithRSA', [oid('1.2.840.113549.1.1.5'), none], 'sha256'],
    ['sha224WithRSA', [oid('1.2.840.113549.1.1.14'), none], 'sha224'],
    ['sha256WithRSA', [oid('1.2.840.113549.1.1.11'), none], 'sha256'],
    ['sha384WithRSA', [oid('1.2.840.113549.1.1.12'), none], 'sha384'],
    ['sha512WithRSA', [oid('1.2.840.113549.1.1.13'), none], 'sha512'],
    ['ecdsa-with-SHA1', [oid('1.2.840.10045.4.1')], 'sha256'],
    ['ecdsa-with-SHA224', [oid('1.2.840.10045.4.3.1')], 'sha224'],
    ['ecdsa-with-SHA256', [oid('1.2.840.10045.4.3.2')], 'sha256'],
    ['ecdsa-with-SHA384', [oid('1.2.840.10045.4.3.3')], 'sha384'],
    ['ecdsa-with-SHA512', [oid('1.2.840.10045.4.3.4')], 'sha512'],
    ['RSASSA-PSS with SHA-256', [oid('1.2.840.113549.1.1.10'), pss(sha[256])], 'sha256'],
    ['RSASSA-PSS with SHA-384', [oid('1.2.840.113549.1.1.10'), pss(sha[384])], 'sha384'],
    ['RSASSA-PSS with SHA-512', [oid('1.2.840.113549.1.1.10'), pss(sha[512])], 'sha512'],
    ['RSASSA-PSS with SHA-1 by name', [oid('1.2.840.113549.1.1.10'), pss(sha[1])], 'sha256'],
    ['RSASSA-PSS with SHA-1 by default', [oid('1.2.840.113549.1.1.10'), sequence()], 'sha256'],
    ['RSASSA-PSS with SHA-224', [oid('1.2.840.113549.1.1.10'), pss(sha[224])], 'sha224'],
    ['RSASSA-PSS that names its salt alone', [oid('1.2.840.113549.1.1.10'), sequence(saltLength)], 'sha256'],
    ['RSASSA-PSS without parameters', [oid('1.2.840.113549.1.1.10')], 'sha256'],
  ])('made with %s', (_, algorithm, hash) => {
    for (const length of [20, 200, 2000]) {
      const octets = certificate(algorithm, length)
      expect(tlsServerEndPoint(octets)).toEqual(hashed(hash, octets))
    }
  })

  test('of a certificate that somebody else made', async () => {
    const { raw } = new X509Certificate((await createCertificateAuthority()).certificate)
    expect(tlsServerEndPoint(raw)).toEqual(hashed('sha256', raw))
  })

  test('and is not defined for a signature without a hash, such as Ed25519, nor with one that is not known', () => {
    expect(tlsServerEndPoint(certificate([oid('1.3.101.112')]))).toBe(undefined)
    const sha3 = pss('2.16.840.1.101.3.4.2.8')
    expect(tlsServerEndPoint(certificate([oid('1.2.840.113549.1.1.10'), sha3]))).toBe(undefined)
    expect(tlsServerEndPoint(certificate([oid('1.2.840.113549.1.1.10'), sequence(der(0xa0))]))).toBe(undefined)
    expect(tlsServerEndPoint(certificate([oid('1.2.840.113549.1.1.10'), sequence(der(0xa0, none))]))).toBe(undefined)
  })

  test('nor for what is no certificate, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        expect(tlsServerEndPoint(octets)).toBe(undefined)
      }),
    )
    const whole = certificate([oid('1.2.840.10045.4.3.2')])
    for (const length of [0, 1, 2, 3, 5, 300]) expect(tlsServerEndPoint(whole.subarray(0, length))).toBe(undefined)
  })
})
