export type { CertificateAuthority, IssuedCertificate, IssueOptions } from './certificate-authority.ts'
export { createCertificateAuthority } from './create-certificate-authority.ts'
