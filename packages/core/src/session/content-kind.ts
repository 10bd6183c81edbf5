import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import type { Envelope } from './envelope.ts'
import type { Offer } from './offer.ts'

/** How the content goes. */
export interface ContentKind {
  readonly content: 'DATA' | 'BDAT'
  /** Its octets are no text, and none is changed. */
  readonly binary: boolean
}

/**
 * By BDAT where the caller asks for it, or leaves it open and CHUNKING is offered; what is no text, or has parts that the
 * server is to fetch, by BDAT alone (RFC 3030 §3, RFC 4468 §3.2).
 *
 * @throws {NotSupportedError} {@link InvalidArgumentError}
 */
export function contentKind({ chunking, byUrl = false }: Envelope, binary: boolean, offer: Offer): ContentKind {
  const offered = offer.capabilities.has('CHUNKING')
  if (binary || byUrl) {
    const what = byUrl ? 'a message with URLs' : 'BODY=BINARYMIME'
    if (chunking === false) {
      throw new InvalidArgumentError('chunking', `must not be false: ${what} goes by BDAT alone`)
    }
    if (!offered)
      throw new NotSupportedError('CHUNKING', `${what} goes by BDAT, and the server does not offer CHUNKING`)
    if (byUrl && !offer.capabilities.has('BURL')) {
      throw new NotSupportedError('BURL', 'the server does not offer BURL, which the URLs in the message need')
    }
    return { content: 'BDAT', binary }
  }
  const problem =
    'the server does not offer CHUNKING; leave chunking out, or name CHUNKING in ifOffered, for DATA in its stead'
  const chunks = chunking === true ? offer.takes(['CHUNKING'], problem) : chunking === undefined && offered
  return { content: chunks ? 'BDAT' : 'DATA', binary }
}
