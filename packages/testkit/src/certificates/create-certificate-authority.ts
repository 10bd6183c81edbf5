import { generate } from 'selfsigned'
import type { CertificateAuthority, IssuedCertificate, IssueOptions } from './certificate-authority.ts'

const DAY = 86_400_000

// P-256 keys are made in about a millisecond, RSA keys in hundreds.
const KEY = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

export async function createCertificateAuthority(
  commonName: string = 'sansmtp test authority',
): Promise<CertificateAuthority> {
  const authority = await generate([{ name: 'commonName', value: commonName }], {
    ...KEY,
    ...validity(false),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const ca = { cert: authority.cert, key: authority.private }

  return {
    certificate: authority.cert,
    async issue({
      names = ['localhost', '127.0.0.1', '::1'],
      expired = false,
    }: IssueOptions = {}): Promise<IssuedCertificate> {
      const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'nobody' }], {
        ...KEY,
        ...validity(expired),
        ca,
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          { name: 'subjectAltName', altNames: names.map(alternativeName) },
        ],
      })
      return { certificate: leaf.cert, key: leaf.private }
    },
  }
}

// Starts in the past: the peers' clocks may differ a little.
function validity(expired: boolean): { notBeforeDate: Date; notAfterDate: Date } {
  const end = Date.now() + (expired ? -DAY : DAY)
  return { notBeforeDate: new Date(end - 2 * DAY), notAfterDate: new Date(end) }
}

function alternativeName(name: string): { type: 7; ip: string } | { type: 2; value: string } {
  const isAddress = /^[\d.]+$|:/.test(name)
  return isAddress ? { type: 7, ip: name } : { type: 2, value: name }
}
