import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, sentText } from '../support/connections.ts'

const offering = (keywords: string) => {
  const connection = connectionIn('greeted')
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  drain(connection)
  feed(connection, `250-foo.example\r\n250-PIPELINING\r\n250-${keywords}\r\n250 CHUNKING`)
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  connection.send({ verb: 'RCPT', to: 'b@foo.example' })
  drain(connection)
  feed(connection, '250 ok\r\n250 ok')
  return connection
}
const octets = (text: string) => new TextEncoder().encode(text)

describe('content that goes by BDAT in chunks', () => {
  test('can be abandoned before its last, and RSET is due then', () => {
    const connection = offering('SIZE')
    expect(connection.bodyAbandonable).toBe(false)
    connection.send({ verb: 'BDAT' })
    drain(connection)
    for (const text of ['one', 'two', 'three']) connection.sendBody(octets(text))
    expect(connection.bodyAbandonable).toBe(true)
    connection.abandonBody()
    expect(sentText(drain(connection))).toBe('BDAT 3\r\noneBDAT 3\r\ntwo')
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, bodyAbandonable: false, pendingCommands: 2 })
    expect(connection.can('MAIL')).toBe(false)
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: 'c@bar.example' })
    drain(connection)
    feed(connection, '250 ok\r\n452 full\r\n250 ok\r\n250 ok')
    expect(connection.state).toBe('mail')
  })

  test('is waited for no longer', () => {
    const connection = offering('SIZE')
    connection.send({ verb: 'BDAT' })
    drain(connection)
    expect(connection.timeout?.phase).toBe('content')
    connection.abandonBody()
    expect(connection.timeout).toBeUndefined()
  })

  test.each([
    ['none is open', () => offering('SIZE')],
    [
      'its size was announced',
      () => {
        const connection = offering('SIZE')
        connection.send({ verb: 'BDAT', size: 7 })
        drain(connection)
        return connection
      },
    ],
    [
      'it goes by DATA',
      () => {
        const connection = offering('SIZE')
        connection.send({ verb: 'DATA' })
        drain(connection)
        feed(connection, '354 go')
        return connection
      },
    ],
  ])('can not where %s', (_, made) => {
    const connection = made()
    const { state } = connection
    expect(connection.bodyAbandonable).toBe(false)
    expect(() => connection.abandonBody()).toThrow(expect.objectContaining({ code: 'LOCAL_PROTOCOL' }))
    expect(connection.state).toBe(state)
  })

  test('is not let past the size that the server takes, and the piece that would is not sent', () => {
    const connection = offering('SIZE 10')
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.sendBody(octets('12345\n'))
    expect(() => connection.sendBody(octets('1234'))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'message' }),
    )
    connection.sendBody(octets('1\n'))
    connection.endBody()
    expect(sentText(drain(connection))).toBe('BDAT 7\r\n12345\r\nBDAT 3 LAST\r\n1\r\n')
  })

  test('counts the end of its last line', () => {
    const connection = offering('SIZE 6')
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.sendBody(octets('12345'))
    expect(() => connection.endBody()).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(connection.bodyAbandonable).toBe(true)
  })
})
