import { InvalidArgumentError, NotSupportedError } from '../errors/index.ts'
import { noParameters } from '../wire/command.ts'
import { type EsmtpOptions, inCapitals, type Parameters } from '../wire/index.ts'
import { parameterExtensions, parametersGiven, type RequestedParameter } from '../wire/parameters/index.ts'
import type { Offer } from './offer.ts'

/** Parameters that were given as they go out, as requests. */
export function rawRequests(given: EsmtpOptions | undefined, field: string): readonly RequestedParameter[] {
  return Object.entries(parametersGiven(given, field)).map(([keyword, value]) => ({
    keyword,
    value,
    extensions: parameterExtensions(keyword, value),
    field: `${field}.${keyword}`,
    checkLimit: () => {},
  }))
}

/**
 * What of the requested a server is told: all of it, less what the caller can do without and is not offered.
 *
 * @throws {NotSupportedError} which says what to do about it
 * @throws {InvalidArgumentError} when a parameter comes twice, or a value is more than the server takes
 */
export function takenParameters(requested: readonly RequestedParameter[], offer: Offer): Parameters {
  if (requested.length === 0) return noParameters
  const taken = new Map<string, string | number | true>()
  const seen = new Set<string>()
  for (const each of requested) {
    const { keyword, value, field } = each
    if (seen.has(inCapitals(keyword))) throw new InvalidArgumentError(field, `is ${keyword} a second time`)
    seen.add(inCapitals(keyword))
    if (!isTaken(each, offer)) continue
    each.checkLimit(offer.capabilities)
    taken.set(keyword, value)
  }
  return Object.fromEntries(taken)
}

function isTaken({ keyword, extensions, field }: RequestedParameter, offer: Offer): boolean {
  if (extensions !== undefined) return offer.takes(extensions, notOffered(extensions[0], field))
  // What nobody here knows is the server's own matter, but not of one that knows no parameters at all.
  if (offer.capabilities.extended) return true
  throw new NotSupportedError(keyword, `the server knows no extensions, which ${field} needs; leave it out`)
}

function notOffered(extension: string, field: string): string {
  const without = extension === 'BINARYMIME' ? '' : `, or name ${extension} in ifOffered to send without it`
  return `the server does not offer ${extension}, which ${field} needs; leave it out${without}`
}
