import { ClientConnection, type ClientConnectionOptions, encodeUtf8, type Output, type State } from '@sansmtp/core'

/** All that a connection has to say now. */
export function drain(connection: ClientConnection): Output[] {
  const outputs: Output[] = []
  for (let output = connection.nextOutput(); output; output = connection.nextOutput()) outputs.push(output)
  return outputs
}

/** Feeds lines to a connection, each ended by CRLF, and drains it. */
export function feed(connection: ClientConnection, ...lines: string[]): Output[] {
  connection.receiveBytes(encodeUtf8(lines.map((line) => `${line}\r\n`).join('')))
  return drain(connection)
}

/** What was sent among outputs, as text. */
export function sentText(outputs: readonly Output[]): string {
  return outputs.map((output) => (output.type === 'SendBytes' ? new TextDecoder().decode(output.bytes) : '')).join('')
}

/** A connection whose EHLO, or LHLO, was answered with these keywords. */
export function openedConnection(keywords: readonly string[], options?: ClientConnectionOptions): ClientConnection {
  const connection = new ClientConnection(options)
  feed(connection, '220 ready')
  connection.send({ verb: connection.dialect.hello, domain: 'bar.example' })
  drain(connection)
  feed(connection, ...['foo.example', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
  return connection
}

const ehlo = [
  '250-foo.example',
  '250-AUTH LOGIN PLAIN',
  '250-SIZE 1000',
  '250-CHUNKING',
  '250-ETRN',
  '250-XCLIENT NAME ADDR',
  '250-XFORWARD NAME ADDR',
  '250 STARTTLS',
]

const steps: Partial<Record<State, (connection: ClientConnection) => void>> = {
  greeting: () => {},
  refused: (connection) => feed(connection, '554 no'),
  greeted: (connection) => feed(connection, '220 ready'),
  ready: (connection) => {
    steps.greeted?.(connection)
    connection.send({ verb: connection.dialect.hello, domain: 'bar.example' })
    drain(connection)
    feed(connection, ...ehlo)
  },
  mail: (connection) => {
    steps.ready?.(connection)
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    drain(connection)
    feed(connection, '250 ok')
  },
  rcpt: (connection) => {
    steps.mail?.(connection)
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    drain(connection)
    feed(connection, '250 ok')
  },
  data: (connection) => {
    steps.rcpt?.(connection)
    connection.send({ verb: 'DATA' })
    drain(connection)
    feed(connection, '354 go')
  },
  dataSent: (connection) => {
    steps.data?.(connection)
    connection.sendBody(encodeUtf8('hello\r\n'))
    connection.endBody()
    drain(connection)
  },
  resetDue: (connection) => {
    steps.rcpt?.(connection)
    connection.send({ verb: 'BDAT', size: 7 })
    drain(connection)
    connection.sendBody(encodeUtf8('hello\r\n'))
    connection.endBody()
    drain(connection)
    feed(connection, '552 too much')
  },
  auth: (connection) => {
    steps.ready?.(connection)
    connection.send({ verb: 'AUTH', mechanism: 'LOGIN' })
    drain(connection)
    feed(connection, '334 VXNlcm5hbWU6')
  },
  startTls: (connection) => {
    steps.ready?.(connection)
    connection.send({ verb: 'STARTTLS' })
    drain(connection)
    feed(connection, '220 go')
  },
  closing: (connection) => {
    steps.ready?.(connection)
    connection.send({ verb: 'QUIT' })
    drain(connection)
    feed(connection, '221 bye')
  },
  closed: (connection) => {
    steps.closing?.(connection)
    connection.receiveEof()
    drain(connection)
  },
  failed: (connection) => {
    connection.receiveEof()
    drain(connection)
  },
}

/** A connection that was brought to a state by an honest dialogue. */
export function connectionIn(state: State, options?: ClientConnectionOptions): ClientConnection {
  const connection = new ClientConnection(options)
  drain(connection)
  steps[state]?.(connection)
  if (connection.state !== state) throw new Error(`in state ${connection.state} instead of ${state}`)
  return connection
}
