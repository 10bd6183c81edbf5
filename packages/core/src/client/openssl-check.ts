import type { CertificateCheck } from '../errors/index.ts'

/** The names that runtimes with OpenSSL, or BoringSSL, have for what verification finds, and their own. */
const checks: ReadonlyMap<string, CertificateCheck> = new Map([
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
  ['CERT_UNTRUSTED', 'untrusted'],
  // By a namesake of a trusted authority.
  ['CERT_SIGNATURE_FAILURE', 'untrusted'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'expired'],
  ['HOSTNAME_MISMATCH', 'name-mismatch'],
  ['IP_ADDRESS_MISMATCH', 'name-mismatch'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'name-mismatch'],
])

/** For adapters: which check a certificate has failed, by the runtime's code; `undefined` where the code is not known here. */
export function opensslCheck(code: string): CertificateCheck | undefined {
  return checks.get(code)
}
