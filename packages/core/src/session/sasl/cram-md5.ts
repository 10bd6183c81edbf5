import { hmac } from '@noble/hashes/hmac.js'
import { md5 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { encodeUtf8 } from '../../wire/index.ts'
import type { SaslMechanism } from './mechanism.ts'

/**
 * RFC 2195: the server's challenge, hashed with the password, which itself never goes out. A user name may hold
 * blanks: the digest is what stands behind the last one (§2).
 */
export const cramMd5: SaslMechanism = {
  name: 'CRAM-MD5',
  plaintext: false,
  carriesAuthzid: false,
  start({ user, pass }) {
    let answered = false
    return {
      initialResponse: undefined,
      respond(challenge) {
        if (answered) return 'cancel'
        answered = true
        return encodeUtf8(`${user} ${bytesToHex(hmac(md5, encodeUtf8(pass), challenge))}`)
      },
    }
  },
}
