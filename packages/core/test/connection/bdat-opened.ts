import type { BdatCommand, ClientConnection, Output, Parameters } from '@sansmtp/core'
import { drain, feed, openedConnection } from '../support/connections.ts'

export interface BdatSetting extends Omit<BdatCommand, 'verb'> {
  /** Beside CHUNKING. */
  readonly keywords?: readonly string[]
  readonly protocol?: 'smtp' | 'lmtp'
  readonly mail?: Parameters
  /** The reply to each RCPT; one that is accepted, unless told otherwise. */
  readonly rcpts?: readonly string[]
}

/** A connection where BDAT has been sent behind an envelope that is answered, so that content may be handed over. */
export function bdatOpened({
  keywords = [],
  protocol = 'smtp',
  mail = {},
  rcpts = ['250 ok'],
  ...options
}: BdatSetting = {}): ClientConnection {
  const connection = openedConnection(['CHUNKING', ...keywords], { protocol })
  connection.send({ verb: 'MAIL', from: 'a@bar.example', parameters: mail })
  drain(connection)
  feed(connection, '250 ok')
  for (const reply of rcpts) {
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    drain(connection)
    feed(connection, reply)
  }
  connection.send({ verb: 'BDAT', ...options })
  drain(connection)
  return connection
}

/** What was sent among outputs, one character an octet. */
export function sentOctets(outputs: readonly Output[]): string {
  return outputs.map((output) => (output.type === 'SendBytes' ? latin1(output.bytes) : '')).join('')
}

/** Hands a piece over and tells what leaves. */
export function handOver(connection: ClientConnection, piece: string): string {
  connection.sendBody(octets(piece))
  return sentOctets(drain(connection))
}

/** Ends the content and tells what leaves. */
export function finish(connection: ClientConnection): string {
  connection.endBody()
  return sentOctets(drain(connection))
}

export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('')
}
