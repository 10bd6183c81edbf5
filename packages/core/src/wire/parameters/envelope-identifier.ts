import { checkEncodedLength, xtextValue } from './xtext-value.ts'

/** RFC 3461 §5.4. */
const maxLength = 100

/**
 * The value of ENVID (RFC 3461 §4.4), in xtext.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeEnvelopeIdentifier(envid: string, field: string): string {
  const encoded = xtextValue(envid, field)
  checkEncodedLength(encoded, maxLength, field, envid)
  return encoded
}
