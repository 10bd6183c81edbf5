import { InvalidArgumentError, NotSupportedError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, sentText } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

function sentAs(message: string): string {
  const connection = connectionIn('data')
  connection.sendBody(new TextEncoder().encode(message))
  connection.endBody()
  return sentText(drain(connection))
}

describe('content', () => {
  test('gets a dot before each line that starts with one', () => {
    expect(sentAs('.a\r\n..\r\nb.\r\n.\r\n')).toBe('..a\r\n...\r\nb.\r\n..\r\n.\r\n')
  })

  test('has no CRLF added where its last line has one', () => {
    expect(sentAs('a\r\n')).toBe('a\r\n.\r\n')
  })

  test('has a CRLF added where its last line has none', () => {
    expect(sentAs('a')).toBe('a\r\n.\r\n')
  })

  test('has no line ending but CRLF', () => {
    expect(sentAs('a\nb\rc\r\nd\n.\ne')).toBe('a\r\nb\r\nc\r\nd\r\n..\r\ne\r\n.\r\n')
  })

  test('is otherwise sent as it is: trace fields, dates, control characters, the order of all', async () => {
    const message = [
      'Return-Path: <x@bar.example>',
      'Received: from b by c; Tue, 1 Apr 97 09:06:31 EST',
      'Received: from a by b; Tue, 1 Apr 1997 09:06:30 -0800',
      'To: list:;',
      '',
      '\t\v\f\0\u007f trailing ',
      '',
    ].join('\r\n')
    const { client, server } = await connectedClient()
    expect(await client.deliver({ ...delivery, message })).toMatchObject({ ok: true })
    expect(server.contents).toEqual([message])
  })

  test('tells nobody the recipients of the envelope', async () => {
    const { client, server } = await connectedClient()
    await client.deliver({ ...delivery, to: ['b@foo.example', 'secret@foo.example'] })
    expect(server.contents).toEqual([delivery.message])
  })

  test('of eight bits in memory is refused where 8BITMIME is not offered, before anything is sent', async () => {
    const { client, server } = await connectedClient({ keywords: [] })
    await expect(client.deliver({ ...delivery, message: 'ä' })).rejects.toThrow(NotSupportedError)
    expect(server.lines).toEqual(['EHLO bar.example'])
  })

  test('of seven bits never asks for 8BITMIME', async () => {
    const { client, server } = await connectedClient({ keywords: ['8BITMIME'] })
    await client.deliver(delivery)
    expect(server.lines).toContain('MAIL FROM:<a@bar.example>')
  })

  test('has its size announced where SIZE is offered, and is refused here where it is over the limit', async () => {
    const { client, server } = await connectedClient({ keywords: ['SIZE 10'] })
    await client.deliver({ ...delivery, message: '.\n' })
    expect(server.lines).toContain('MAIL FROM:<a@bar.example> SIZE=3')
    await expect(client.deliver({ ...delivery, message: 'x'.repeat(11) })).rejects.toThrow(InvalidArgumentError)
  })

  test('of 64 KiB and more goes out whole', async () => {
    const message = `${'x'.repeat(998)}\r\n`.repeat(200)
    const { client, server } = await connectedClient()
    expect(await client.deliver({ ...delivery, message })).toMatchObject({ ok: true })
    expect(server.contents).toEqual([message])
  })
})
