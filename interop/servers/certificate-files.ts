import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** Writes a certificate for this machine's loopback, and its key, which only `owner` can read. */
export async function writeCertificateFiles(
  authority: CertificateAuthority,
  directory: string,
  owner = 0,
): Promise<CertificateFiles> {
  const files = { certificate: join(directory, 'certificate.pem'), key: join(directory, 'key.pem') }
  const { certificate, key } = await authority.issue()
  await writeFile(files.certificate, certificate)
  await writeFile(files.key, key, { mode: 0o600 })
  await chown(files.key, owner, owner)
  return files
}
