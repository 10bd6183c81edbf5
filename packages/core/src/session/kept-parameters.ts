import { NotSupportedError } from '../errors/index.ts'
import { type Capabilities, inCapitals, type Parameters } from '../wire/index.ts'

/**
 * What is left out for a server that knows no extensions: the message arrives as it is all the same. Of every other
 * parameter its sender would believe that it holds.
 */
const dispensable = new Set(['SIZE', 'BODY', 'AUTH', 'RET', 'ENVID', 'NOTIFY', 'ORCPT'])

/**
 * ESMTP parameters for a server that may know no extensions, having been greeted with HELO: it is not told them.
 *
 * @throws {NotSupportedError} when one of them can't be left out without changing what becomes of the message
 */
export function keptParameters(parameters: Parameters, capabilities: Capabilities): Parameters {
  if (capabilities.extended) return parameters
  const extension = Object.entries(parameters)
    .map(neededFor)
    .find((needed) => needed !== undefined)
  if (extension === undefined) return {}
  throw new NotSupportedError(extension, `the server knows no extensions, and ${extension} can't be left out`)
}

/** The extension that a parameter can't do without, if there is one. */
function neededFor([keyword, value]: readonly [string, string | number | true]): string | undefined {
  const name = inCapitals(keyword)
  // What is no text must not be taken for text (RFC 3030 §3).
  if (name === 'BODY' && inCapitals(String(value)) === 'BINARYMIME') return 'BINARYMIME'
  return dispensable.has(name) ? undefined : name
}
