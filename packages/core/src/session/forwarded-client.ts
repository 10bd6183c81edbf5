import type { ClientConnection } from '../connection/index.ts'
import { escapeForDisplay, NotSupportedError } from '../errors/index.ts'
import {
  encodeXtext,
  type ForwardCommand,
  type ForwardedAttributes,
  inCapitals,
  maxCommandLineLength,
  type Reply,
} from '../wire/index.ts'
import { type Flow, request } from './flow.ts'
import { hello } from './hello.ts'

type Attribute = readonly [name: string, value: string]

/** NAME sets REVERSE_NAME as well, which is to have the last word. */
const firstOfXclient = ['NAME', 'REVERSE_NAME']
/**
 * PROTO, HELO and LOGIN are forgotten by Postfix with each XCLIENT that does not have them; behind ADDR it takes no
 * further one from most clients.
 */
const lastOfXclient = ['PROTO', 'HELO', 'LOGIN', 'ADDR']

/**
 * Speaks to the server as another client from now on (Postfix's XCLIENT_README). Where the attributes make more than one
 * line there are several commands, EHLO behind each but the last; a refusal ends them. After a 220 the session is as it
 * was at its greeting: EHLO is due, and nobody is authenticated.
 *
 * @param attributes as `forwardedAttributes` makes them
 * @returns the last reply, whatever it is
 * @throws {NotSupportedError} when the server does not list an attribute, before anything is sent;
 * {@link LocalProtocolError} amid a transaction; {@link HeloError} when EHLO is refused between two commands
 */
export function* xclient(
  connection: ClientConnection,
  clientName: string,
  attributes: ForwardedAttributes,
): Flow<Reply> {
  const [first, ...more] = commandsOf(connection, 'XCLIENT', Object.entries(attributes).toSorted(byRank))
  let reply = yield* request(connection, first as ForwardCommand)
  for (const command of more) {
    if (reply.code !== 220) break
    yield* hello(connection, clientName)
    reply = yield* request(connection, command)
  }
  return reply
}

/**
 * Tells the server, for its logs, from whom the next message came first (Postfix's XFORWARD_README). Where the attributes
 * make more than one line there are several commands, and a refusal ends them. They hold for one transaction; RSET and
 * EHLO forget them.
 *
 * @param attributes as `forwardedAttributes` makes them
 * @returns the last reply, whatever it is
 * @throws {NotSupportedError} when the server does not list an attribute, before anything is sent;
 * {@link LocalProtocolError} amid a transaction
 */
export function* xforward(connection: ClientConnection, attributes: ForwardedAttributes): Flow<Reply> {
  const [first, ...more] = commandsOf(connection, 'XFORWARD', Object.entries(attributes))
  let reply = yield* request(connection, first as ForwardCommand)
  for (const command of more) {
    if (reply.severity !== 2) break
    reply = yield* request(connection, command)
  }
  return reply
}

function byRank([one]: Attribute, [other]: Attribute): number {
  return rank(one) - rank(other)
}

/** Negative for the first, positive for the last, and the others between stay in their order. */
function rank(name: string): number {
  const first = firstOfXclient.indexOf(name)
  return first === -1 ? lastOfXclient.indexOf(name) + 1 : first - firstOfXclient.length
}

/** In as few lines as will do, the last as full as can be. At least one, even where there is nothing to say. */
function commandsOf(
  connection: ClientConnection,
  verb: ForwardCommand['verb'],
  attributes: readonly Attribute[],
): readonly ForwardCommand[] {
  checkOffered(connection, verb, attributes)
  const room = maxCommandLineLength - `${verb}\r\n`.length
  let line: Attribute[] = []
  let length = 0
  const lines = [line]
  for (const attribute of attributes.toReversed()) {
    const [name, value] = attribute
    const word = ` ${name}=${encodeXtext(value)}`.length
    if (length + word > room) {
      line = []
      length = 0
      lines.unshift(line)
    }
    line.unshift(attribute)
    length += word
  }
  return lines.map((words) => ({ verb, attributes: Object.fromEntries(words) }))
}

/** Where the command itself is not offered, the connection says so. */
function checkOffered(
  { capabilities }: ClientConnection,
  verb: ForwardCommand['verb'],
  attributes: readonly Attribute[],
): void {
  const offered = capabilities.parameters(verb)?.map(inCapitals)
  const [missing] = attributes.find(([name]) => offered?.includes(name) === false) ?? []
  if (missing !== undefined) {
    throw new NotSupportedError(
      verb,
      `the server does not offer ${verb} with the attribute ${escapeForDisplay(missing)}`,
    )
  }
}
