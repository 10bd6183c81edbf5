import { createHmac, randomBytes } from 'node:crypto'

interface Claims {
  readonly expired?: boolean
  /** Default: what a mail server asks for, `mail`. */
  readonly scope?: string
}

/** Gives out OAuth access tokens that whoever has the key can check: JWTs signed with HS256 (RFC 7519). */
export class TokenIssuer {
  readonly key: Buffer = randomBytes(32)

  issue(user: string, { expired = false, scope = 'mail' }: Claims = {}): string {
    const now = Math.floor(Date.now() / 1000)
    // Two tokens differ, though they be issued in the same second.
    const jti = randomBytes(8).toString('hex')
    const claims = { sub: user, iat: now - 7200, nbf: now - 7200, exp: now + (expired ? -3600 : 3600), scope, jti }
    const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
    return `${signed}.${createHmac('sha256', this.key).update(signed).digest('base64url')}`
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
