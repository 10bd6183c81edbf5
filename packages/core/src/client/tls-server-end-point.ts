import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'

type Hash = (octets: Uint8Array) => Uint8Array

/**
 * The hash of a signature's algorithm (RFC 3279, RFC 4055, RFC 5758), by the octets of its OID. In place of MD5 and SHA-1
 * there is SHA-256 (RFC 5929 §4.1).
 */
const hashes = new Map<string, Hash>([
  // 1.2.840.113549.1.1: RSA
  ['2a864886f70d010104', sha256],
  ['2a864886f70d010105', sha256],
  ['2a864886f70d01010e', sha224],
  ['2a864886f70d01010b', sha256],
  ['2a864886f70d01010c', sha384],
  ['2a864886f70d01010d', sha512],
  // 1.2.840.10045.4: ECDSA
  ['2a8648ce3d0401', sha256],
  ['2a8648ce3d040301', sha224],
  ['2a8648ce3d040302', sha256],
  ['2a8648ce3d040303', sha384],
  ['2a8648ce3d040304', sha512],
  // The hashes themselves, which RSASSA-PSS names: 1.3.14.3.2.26 and 2.16.840.1.101.3.4.2
  ['2b0e03021a', sha256],
  ['608648016503040204', sha224],
  ['608648016503040201', sha256],
  ['608648016503040202', sha384],
  ['608648016503040203', sha512],
])

const rsassaPss = '2a864886f70d01010a'

/**
 * The channel binding `tls-server-end-point` (RFC 5929 §4.1), for adapters: a hash of the server's certificate, made as its
 * own signature was.
 *
 * @param certificate in DER, as it came
 * @returns `undefined` where the RFC does not define it, as for Ed25519, which names no hash
 */
export function tlsServerEndPoint(certificate: Uint8Array): Uint8Array | undefined {
  const [, signatureAlgorithm] = elementsOf(elementsOf(certificate)[0]?.content)
  const [oid, parameters] = elementsOf(signatureAlgorithm?.content)
  const name = hexOf(oid?.content)
  const hash = name === rsassaPss ? pssHash(parameters?.content) : hashes.get(name)
  return hash?.(certificate)
}

/** RFC 4055 §3.1: SHA-1 where none is named. */
function pssHash(parameters: Uint8Array | undefined): Hash | undefined {
  const named = elementsOf(parameters).find(({ tag }) => tag === 0xa0)
  if (named === undefined) return sha256
  const [algorithm] = elementsOf(named.content)
  return hashes.get(hexOf(elementsOf(algorithm?.content)[0]?.content))
}

interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
}

/** The elements that stand side by side in DER (X.690 §8.1). What is cut short ends with the octets. */
function elementsOf(der: Uint8Array = new Uint8Array(0)): readonly DerElement[] {
  const elements: DerElement[] = []
  for (let at = 0; at < der.length; ) {
    const [tag = 0, first = 0] = der.subarray(at)
    const start = at + 2 + (first < 0x80 ? 0 : first & 0x7f)
    const length = first < 0x80 ? first : der.subarray(at + 2, start).reduce((sum, octet) => sum * 256 + octet, 0)
    elements.push({ tag, content: der.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

function hexOf(octets: Uint8Array = new Uint8Array(0)): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}
