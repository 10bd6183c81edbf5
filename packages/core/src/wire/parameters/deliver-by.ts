import { InvalidArgumentError } from '../../errors/index.ts'
import type { Capabilities } from '../capabilities.ts'
import type { DeliverByOptions } from './mail-options.ts'
import { flag, oneOf, wholeNumber } from './plain-values.ts'

const maxSeconds = 999_999_999
const seconds = { return: wholeNumber(1, maxSeconds), notify: wholeNumber(-maxSeconds, maxSeconds) }
const mode = oneOf('return', 'notify')

/**
 * The value of BY (RFC 2852 §4). Only a notification can be asked for a time that is over.
 *
 * @throws {InvalidArgumentError} which names the field, such as `deliverBy.seconds`
 */
export function encodeDeliverBy(deliverBy: DeliverByOptions, field: string): string {
  mode(deliverBy.mode, `${field}.mode`)
  const time = seconds[deliverBy.mode](deliverBy.seconds, `${field}.seconds`)
  const trace = flag(deliverBy.trace ?? false, `${field}.trace`)
  return `${time};${deliverBy.mode === 'return' ? 'R' : 'N'}${trace ? 'T' : ''}`
}

/** The server's minimum is for messages that are else returned (RFC 2852 §4). */
export function checkDeliverByMinimum(deliverBy: DeliverByOptions, field: string, capabilities: Capabilities): void {
  const minimum = capabilities.deliverBy?.minimum ?? 0
  if (deliverBy.mode === 'return' && deliverBy.seconds < minimum) {
    const problem = `is less than the ${minimum} s that the server asks for`
    throw new InvalidArgumentError(`${field}.seconds`, problem, String(deliverBy.seconds))
  }
}
