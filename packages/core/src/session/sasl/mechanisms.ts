import { anonymous } from './anonymous.ts'
import { cramMd5 } from './cram-md5.ts'
import { external } from './external.ts'
import { login } from './login.ts'
import type { SaslMechanism } from './mechanism.ts'
import { oauthBearer, xoauth2 } from './oauth.ts'
import { plain } from './plain.ts'
import { scram } from './scram.ts'

/** The mechanisms that are tried unless others are named, in this order. */
export const mechanisms: readonly SaslMechanism[] = [
  external,
  scram('SHA-512', 'PLUS'),
  scram('SHA-512', undefined),
  scram('SHA-256', 'PLUS'),
  scram('SHA-256', undefined),
  scram('SHA-1', 'PLUS'),
  scram('SHA-1', undefined),
  oauthBearer,
  xoauth2,
  cramMd5,
  plain,
  login,
]

/** All that are known by name: those, and the ones that are never tried unasked. */
export const knownMechanisms: readonly SaslMechanism[] = [...mechanisms, anonymous]
