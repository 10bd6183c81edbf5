import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import {
  AuthenticationError,
  authenticate,
  ClientConnection,
  type Credentials,
  decodeUtf8,
  encodeUtf8,
  mechanisms,
  open,
} from '@sansmtp/core'
import fc from 'fast-check'
import { SMTPServer } from 'smtp-server'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, sentText } from '../support/connections.ts'
import { base64, started } from './started.ts'

const tim = { user: 'tim', pass: 'tanstaaftanstaaf' }

describe('CRAM-MD5', () => {
  test('gives the digest of RFC 2195 §2', () => {
    const { initialResponse, respond } = started('CRAM-MD5', tim)
    expect(initialResponse).toBe(undefined)
    expect(decodeUtf8(respond(encodeUtf8('<1896.697170952@postoffice.reston.mci.net>')) as Uint8Array)).toBe(
      'tim b913a602c7eda7a495b4e6e7334d3890',
    )
  })

  test('gives the digest that another implementation gives, of texts in UTF-8', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 90 })
    fc.assert(
      fc.property(text, text, fc.uint8Array({ maxLength: 200 }), (user, pass, challenge) => {
        const digest = createHmac('md5', pass).update(challenge).digest('hex')
        expect(decodeUtf8(started('CRAM-MD5', { user, pass }).respond(challenge) as Uint8Array)).toBe(
          `${user} ${digest}`,
        )
      }),
    )
  })

  test('has nothing to say to a second challenge', () => {
    const { respond } = started('CRAM-MD5', tim)
    respond(encodeUtf8('<1@a>'))
    expect(respond(encodeUtf8('<2@a>'))).toBe('cancel')
    expect(started('CRAM-MD5', tim).respond(encodeUtf8('<1@a>'))).not.toBe('cancel')
  })

  test('is tried before PLAIN and LOGIN', () => {
    expect(mechanisms.map(({ name }) => name).slice(-3)).toEqual(['CRAM-MD5', 'PLAIN', 'LOGIN'])
  })

  test('is said to a server that offers it, without TLS, before what would show the password', () => {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250 AUTH LOGIN PLAIN CRAM-MD5')
    const flow = authenticate(connection, { credentials: tim })
    flow.next()
    expect(sentText(drain(connection))).toBe('AUTH CRAM-MD5\r\n')
    const [challenge] = feed(connection, `334 ${base64('<1896.697170952@postoffice.reston.mci.net>')}`)
    flow.next(challenge as never)
    const outputs = drain(connection)
    expect(sentText(outputs)).toBe(`${base64('tim b913a602c7eda7a495b4e6e7334d3890')}\r\n`)
    expect(outputs).toMatchObject([{ type: 'SendBytes', sensitive: true }])
    const [reply] = feed(connection, '235 ok')
    expect(flow.next(reply as never).done).toBe(true)
    expect(connection.authenticated).toBe(true)
  })

  test('is not used to act as somebody else, whom it can’t name', () => {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250 AUTH CRAM-MD5')
    const credentials = { ...tim, authzid: 'tom' }
    expect(() => authenticate(connection, { credentials }).next()).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    )
  })

  test('lets a user in at a server that somebody else wrote, and nobody with another password', async () => {
    const secrets = new Map([['änn', 'geheim ß']])
    const server = new SMTPServer({
      authMethods: ['CRAM-MD5'],
      allowInsecureAuth: true,
      hideSTARTTLS: true,
      onAuth: ({ username, validatePassword }, _, done) => {
        const fits = validatePassword(secrets.get(username ?? '') ?? '')
        done(null, fits ? { user: username } : {})
      },
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    try {
      const { port } = server.server.address() as AddressInfo
      expect(await authenticated(port, { user: 'änn', pass: 'geheim ß' })).toBe(true)
      expect(await authenticated(port, { user: 'änn', pass: 'geheim s' })).toBe(false)
    } finally {
      await new Promise<void>((resolve) => server.close(resolve))
    }
  })
})

/** Whether the server at the port lets the user in. */
async function authenticated(port: number, credentials: Credentials): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    const connection = new ClientConnection({})
    const flow = open(connection, { clientName: 'bar.example', startTls: 'off', credentials })
    flow.next()
    for await (const bytes of socket) {
      connection.receiveBytes(bytes)
      for (let output = connection.nextOutput(); output; output = connection.nextOutput()) {
        if (output.type === 'SendBytes') socket.write(output.bytes)
        else if (flow.next(output as never).done) return connection.authenticated
      }
      for (const output of drain(connection)) if (output.type === 'SendBytes') socket.write(output.bytes)
    }
    return false
  } catch (error) {
    if (error instanceof AuthenticationError) return false
    throw error
  } finally {
    socket.destroy()
  }
}
