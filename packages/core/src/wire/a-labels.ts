import { InvalidArgumentError } from '../errors/index.ts'
import { checkDomain, isDomain } from './domain.ts'
import { isAscii } from './utf8.ts'

/** Which UTS 46 takes for the dot between two labels, as input methods for Chinese and Japanese write it. */
const otherDots = /[\u3002\uff0e\uff61]/g

/**
 * The domain with its U-labels as A-labels (RFC 5890 §2.3.2.1), mapped by UTS 46 as the runtime's own URL parser does
 * it, in lower case then. What is US-ASCII already, an address literal among it, stays as it is.
 *
 * @param field names the argument in errors
 * @throws {InvalidArgumentError} when it is no domain, or has no such form
 */
export function domainToALabels(domain: string, field = 'domain'): string {
  // Leaves nothing that means something else in a URL: no %, @, :, /, and no character that a URL drops unseen.
  checkDomain(field, domain.replace(otherDots, '.'))
  if (isAscii(domain)) return domain
  const name = hostOfUrl(domain)
  // A host of digits alone, whatever their script, comes back as an IPv4 address: that was no name.
  if (!isAscii(name) || !isDomain(name) || /\.\d+$/.test(name)) {
    throw new InvalidArgumentError(field, 'has a domain that can not be written as A-labels', domain)
  }
  return name
}

/** An empty text, which is no domain, where the URL parser refuses it. */
function hostOfUrl(host: string): string {
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return ''
  }
}
