import { ClientConnection, type ClientConnectionOptions } from '@sansmtp/core'
import { drain, feed } from '../support/connections.ts'

/** A connection whose EHLO, or LHLO, was answered with these keywords. */
export function openedConnection(keywords: readonly string[], options?: ClientConnectionOptions): ClientConnection {
  const connection = new ClientConnection(options)
  feed(connection, '220 ready')
  connection.send({ verb: connection.dialect.hello, domain: 'bar.example' })
  drain(connection)
  feed(connection, ...['foo.example', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
  return connection
}
