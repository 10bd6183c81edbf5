import { decodeUtf8, encodeUtf8 } from '@sansmtp/core'
import type { ReceivedLine } from './line-reader.ts'
import type { ReceivedCommand } from './received.ts'

/** Reads a line as a command, or as the response that a challenge asked for. */
export function readCommand({ octets, position }: ReceivedLine, awaitsResponse: boolean): ReceivedCommand {
  const line = decodeUtf8(octets)
  if (awaitsResponse) return { verb: 'AUTH-RESPONSE', line, argument: line, position }
  const space = line.indexOf(' ')
  const verb = space === -1 ? line : line.slice(0, space)
  const argument = space === -1 ? '' : line.slice(space + 1)
  return { verb: verb.replace(/[a-z]+/g, (letters) => letters.toUpperCase()), line, argument, position }
}

/** Whether octets are UTF-8: read and written again, they are the same. */
export function isUtf8(octets: Uint8Array): boolean {
  const again = encodeUtf8(decodeUtf8(octets))
  return again.length === octets.length && again.every((octet, i) => octet === octets[i])
}
