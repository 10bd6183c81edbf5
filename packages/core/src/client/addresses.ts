import { type Path, parseRecipient, parseSender } from '../wire/index.ts'
import { checked } from './checked.ts'
import * as z from './schema.ts'

const address = z.string('must be a string')
const addresses = z.union([address, z.array(address)], 'must be an address or a list of them')

/** @throws {InvalidArgumentError} when it is malformed */
export function senderOf(from: unknown): Path {
  return parseSender(checked(address, from, 'from'))
}

/** @throws {InvalidArgumentError} when it is malformed */
export function recipientOf(to: unknown, field = 'to'): Path {
  return parseRecipient(checked(address, to, field), field)
}

/** One address or several, as a list; they may be none. */
export function addressList(to: unknown): readonly string[] {
  const given = checked(addresses, to, 'to')
  return typeof given === 'string' ? [given] : given
}

/** @throws {InvalidArgumentError} which names the one that is malformed, such as `to[2]` */
export function recipientsOf(to: readonly string[]): readonly Path[] {
  return to.map((each, i) => recipientOf(each, to.length === 1 ? 'to' : `to[${i}]`))
}
