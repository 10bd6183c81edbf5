import { inCapitals, type Parameters } from '../wire/index.ts'

/**
 * The value of a parameter, however its keyword is spelt; `undefined` where it is not among them.
 *
 * @param keyword in capitals
 */
export function parameterValue(parameters: Parameters, keyword: string): string | number | true | undefined {
  return Object.entries(parameters).find(([name]) => inCapitals(name) === keyword)?.[1]
}
