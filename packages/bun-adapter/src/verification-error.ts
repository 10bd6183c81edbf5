import type { TlsOptions } from '@sansmtp/core/client'
import { familyOf } from './ip-address.ts'

const nameMismatch = 'ERR_TLS_CERT_ALTNAME_INVALID'

/** What is wrong with a handshake that has come to its end: what Bun has found, and what it does not look at. */
export function verificationError(
  socket: Bun.Socket,
  { serverName, ca, minVersion }: TlsOptions,
  found: (Error & { readonly code?: string }) | null,
): Error | undefined {
  // Bun looks at names last, and here at that of the host connected to.
  const onlyName = found === null || found.code === nameMismatch
  const error = familyOf(serverName) !== undefined && onlyName ? addressError(socket, serverName) : found
  if (error) return error
  // Given none, Bun takes its own authorities.
  if (Array.isArray(ca) && ca.length === 0) return coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'no authority is trusted')
  // That Bun keeps to it is documented nowhere.
  const version = socket.getTLSVersion()
  return minVersion === 'TLSv1.3' && version !== minVersion ? new Error(`the server chose ${version}`) : undefined
}

function addressError(socket: Bun.Socket, address: string): Error | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate.checkIP(address) !== undefined) return undefined
  return coded(nameMismatch, `${address} is not among the certificate's names: ${certificate.subjectAltName}`)
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
