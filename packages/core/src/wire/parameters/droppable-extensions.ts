import { InvalidArgumentError } from '../../errors/index.ts'
import { inCapitals } from '../in-capitals.ts'
import { hasParameters } from './parameter-extension.ts'

/**
 * The extensions that a caller can do without, as `ifOffered` names them, in capitals.
 *
 * @throws {InvalidArgumentError} when one is not known here, or is one that nothing can be sent without
 */
export function droppableExtensions(ifOffered: readonly string[], field = 'ifOffered'): ReadonlySet<string> {
  return new Set(
    ifOffered.map((name, i) => {
      const extension = inCapitals(name)
      if (extension === 'BINARYMIME') {
        const problem = 'can not be BINARYMIME: where it is not offered, what is no text would be taken for text'
        throw new InvalidArgumentError(`${field}[${i}]`, problem)
      }
      if (extension === 'CHUNKING' || hasParameters(extension)) return extension
      throw new InvalidArgumentError(`${field}[${i}]`, 'is not an extension that can be left out', name)
    }),
  )
}
