import type { Connect } from '@sansmtp/core/client'
import type { CertificateAuthority, IssuedCertificate } from '../certificates/index.ts'
import type { AdapterCapabilities } from './adapter-capabilities.ts'
import type { ServerHost } from './server/server-host.ts'

/** What a case needs of the world, made before it and shared by all cases. */
export interface Setting {
  readonly connect: Connect
  readonly capabilities: AdapterCapabilities
  readonly servers: ServerHost
  /** Trusted by the clients of the suite. */
  readonly authority: CertificateAuthority
  /** For localhost, 127.0.0.1 and ::1. */
  readonly identity: IssuedCertificate
}

/** What the cases share, with their servers where `servers` has them. */
export async function settingWith(
  servers: ServerHost,
  connect: Connect,
  capabilities: AdapterCapabilities,
): Promise<Setting> {
  const authority = await servers.trustedAuthority()
  return { connect, capabilities, servers, authority, identity: await authority.issue() }
}
