import type { Parameters } from '../command.ts'
import { inCapitals } from '../in-capitals.ts'

/**
 * The value of a parameter, however its keyword is spelt; `undefined` where it is not among them.
 *
 * @param keyword in capitals
 */
export function parameterValue(parameters: Parameters, keyword: string): string | number | true | undefined {
  for (const name in parameters) {
    if (name.length === keyword.length && inCapitals(name) === keyword) return parameters[name]
  }
  return undefined
}

/** What BODY says, in capitals; empty where it is not among them. */
export function bodyValue(parameters: Parameters): string {
  return inCapitals(String(parameterValue(parameters, 'BODY') ?? ''))
}
