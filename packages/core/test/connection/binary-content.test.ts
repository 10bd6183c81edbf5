import { InvalidArgumentError, LocalProtocolError, NotSupportedError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened } from './bdat-opened.ts'

const rcpt = { verb: 'RCPT', to: 'b@foo.example' } as const

describe('BODY=BINARYMIME (RFC 3030 §3)', () => {
  test('needs BINARYMIME, and not 8BITMIME', () => {
    const mail = { verb: 'MAIL', from: '', parameters: { BODY: 'BINARYMIME' } } as const
    const without = openedConnection(['CHUNKING', '8BITMIME'])
    expect(() => without.send(mail)).toThrow(NotSupportedError)
    expect(() => without.send(mail)).toThrow(expect.objectContaining({ extension: 'BINARYMIME' }))
    expect(openedConnection(['CHUNKING', 'BINARYMIME']).send(mail)).toBeGreaterThan(0)
  })

  test.each(['BINARYMIME', 'binarymime'])('as %s is not followed by DATA', (value) => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'BINARYMIME'])
    connection.send({ verb: 'MAIL', from: '', parameters: { body: value } })
    connection.send(rcpt)
    expect(connection.can('DATA')).toBe(false)
    expect(() => connection.send({ verb: 'DATA' })).toThrow(LocalProtocolError)
    expect(() => connection.send({ verb: 'DATA' })).toThrow(expect.objectContaining({ state: 'rcpt', command: 'DATA' }))
    expect(connection.pendingCommands).toBe(2)
    expect(connection.can('BDAT')).toBe(true)
  })

  test('holds for its own transaction', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'BINARYMIME', '8BITMIME'])
    connection.send({ verb: 'MAIL', from: '', parameters: { BODY: 'BINARYMIME' } })
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '', parameters: { BODY: '8BITMIME', SMTPUTF8X: 'BINARYMIME' } })
    connection.send(rcpt)
    expect(connection.can('DATA')).toBe(true)
  })
})

describe('binary content', () => {
  test.each([{}, { BODY: '8BITMIME' }])('is not sent behind MAIL with %j, where no server is told', (mail) => {
    const connection = bdatOpened({ keywords: ['PIPELINING', '8BITMIME', 'BINARYMIME'], mail, size: 0 })
    connection.endBody()
    drain(connection)
    feed(connection, '250 queued')
    connection.send({ verb: 'MAIL', from: '', parameters: mail })
    connection.send(rcpt)
    const send = () => connection.send({ verb: 'BDAT', binary: true })
    expect(send).toThrow(InvalidArgumentError)
    expect(send).toThrow(expect.objectContaining({ field: 'binary' }))
    expect(connection.pendingCommands).toBe(2)
  })

  test('is not meant by `binary: false`', () => {
    const connection = bdatOpened({ binary: false })
    expect(connection.bodyOpen).toBe(true)
  })
})
