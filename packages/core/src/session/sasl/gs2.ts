/** A name within a GS2 header or a SCRAM message (RFC 5802 §5.1), where commas and equals signs have a meaning. */
export function saslName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

/**
 * The header with which the messages of GS2 mechanisms begin (RFC 5801 §4).
 *
 * @param flag what the client says of channel binding: `p=` and a type, `y` (it could, and takes the server to be unable
 * to), `n` (it does not bind)
 */
export function gs2Header(flag: string, authzid: string | undefined): string {
  return `${flag},${authzid === undefined || authzid === '' ? '' : `a=${saslName(authzid)}`},`
}
