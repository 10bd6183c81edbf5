import { cramMd5 } from './cram-md5.ts'
import { login } from './login.ts'
import type { SaslMechanism } from './mechanism.ts'
import { plain } from './plain.ts'

/** The mechanisms that this library knows, in the order in which they are tried. */
export const mechanisms: readonly SaslMechanism[] = [cramMd5, plain, login]
