import { encodeCommand, LocalProtocolError, NotSupportedError } from '@sansmtp/core'
import { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { connectedClient } from './connected-client.ts'

const auth = { user: 'ann', pass: 'secret' }
const inClear = { auth, allowInsecureAuth: true }
const bytes = (text: string) => new TextEncoder().encode(text)

/** What a client does where AUTH with that mechanism is answered so. */
async function attempt(keyword: string, answer: (line: string) => string | undefined) {
  const server = new MemoryServer({ keywords: [keyword], answer })
  const opened = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example', ...inClear }).then(
    (client) => ({ client, error: undefined }),
    (error) => ({ client: undefined, error }),
  )
  return { ...opened, said: server.lines.slice(1) }
}

describe('AUTH', () => {
  test('is sent only where it is offered', () => {
    expect(() => openedConnection([]).send({ verb: 'AUTH', mechanism: 'PLAIN' })).toThrow(NotSupportedError)
  })

  test('is not sent again after it has succeeded', async () => {
    const connection = openedConnection(['AUTH PLAIN'])
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: bytes('\0u\0p') })
    drain(connection)
    feed(connection, '235 welcome')
    expect(() => connection.send({ verb: 'AUTH', mechanism: 'PLAIN' })).toThrow(LocalProtocolError)
  })

  test.each(['mail', 'rcpt', 'data'] as const)('is not sent in state %s of a transaction', (state) => {
    const connection = connectionIn(state)
    expect(() => connection.send({ verb: 'AUTH', mechanism: 'PLAIN' })).toThrow(LocalProtocolError)
  })

  test('may be tried again, with another mechanism, where it was refused', async () => {
    const { client, said } = await attempt('AUTH PLAIN LOGIN', (line) =>
      line.startsWith('AUTH PLAIN') ? '534 5.7.9 too weak' : undefined,
    )
    expect(said).toEqual(['AUTH PLAIN AGFubgBzZWNyZXQ=', 'AUTH LOGIN YW5u'])
    expect(client?.authenticated).toBe(true)
  })

  test('is the last command in a group', () => {
    const connection = openedConnection(['PIPELINING', 'AUTH PLAIN'])
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: bytes('\0u\0p') })
    expect(sentText(drain(connection))).toBe('RSET\r\nAUTH PLAIN AHUAcA==\r\n')
    expect(() => connection.send({ verb: 'MAIL', from: 'a@bar.example' })).toThrow(LocalProtocolError)
  })

  test('knows mechanisms that are offered in any case', async () => {
    const { client } = await attempt('auth plain', () => undefined)
    expect(client?.authenticated).toBe(true)
  })

  test('PLAIN is tried first, with its initial response', async () => {
    const { said } = await attempt('AUTH LOGIN PLAIN', () => undefined)
    expect(said).toEqual(['AUTH PLAIN AGFubgBzZWNyZXQ='])
  })
})

describe('an initial response', () => {
  test('is in base64', () => {
    const command = { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: bytes('\0ann\0secret') } as const
    expect(encodeCommand(command).line).toBe('AUTH PLAIN AGFubgBzZWNyZXQ=')
  })

  test('that is empty is sent as =', () => {
    const command = { verb: 'AUTH', mechanism: 'EXTERNAL', initialResponse: new Uint8Array(0) } as const
    expect(encodeCommand(command).line).toBe('AUTH EXTERNAL =')
  })
})

describe('a challenge', () => {
  test.each(['334 not base64!', '334 =AAA', '334 AAA=BBB=', '334 AAA', '334 AA A'])(
    'that is not base64, "%s", is answered by *',
    async (challenge) => {
      const { error, said } = await attempt('AUTH LOGIN', (line) =>
        line.startsWith('AUTH') ? challenge : line === '*' ? '501 cancelled' : undefined,
      )
      expect(said.slice(0, 2)).toEqual(['AUTH LOGIN YW5u', '*'])
      expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    },
  )

  test('without text is an empty one, with or without its space', () => {
    for (const challenge of ['334 ', '334']) {
      const connection = openedConnection(['AUTH PLAIN'])
      connection.send({ verb: 'AUTH', mechanism: 'PLAIN' })
      drain(connection)
      expect(feed(connection, challenge)).toMatchObject([{ reply: { code: 334, text: '' } }])
      connection.send({ verb: 'AUTH-RESPONSE', response: bytes('\0u\0p') })
      expect(sentText(drain(connection))).toBe('AHUAcA==\r\n')
    }
  })

  test('of any length that the mechanisms make is read, and answered beyond the limit of other lines', () => {
    const connection = openedConnection(['AUTH X'])
    connection.send({ verb: 'AUTH', mechanism: 'X' })
    drain(connection)
    expect(feed(connection, `334 ${'AAAA'.repeat(2000)}`)).toMatchObject([{ reply: { code: 334 } }])
    connection.send({ verb: 'AUTH-RESPONSE', response: new Uint8Array(9000) })
    expect(sentText(drain(connection))).toHaveLength(12_002)
  })

  test('can be answered by * to cancel', () => {
    const connection = connectionIn('auth')
    connection.send({ verb: 'AUTH-RESPONSE', response: 'cancel' })
    expect(sentText(drain(connection))).toBe('*\r\n')
    feed(connection, '501 cancelled')
    expect(connection).toMatchObject({ state: 'ready', authenticated: false })
  })
})

describe('a refusal of AUTH', () => {
  test('by 454 is told as one of the moment, no fault of the credentials', async () => {
    const { error } = await attempt('AUTH PLAIN', (line) => (/^AUTH/.test(line) ? '454 4.7.0 later' : undefined))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 454, transient: true, permanent: false })
  })

  test('by 535 is told as permanent, so that other credentials can be asked for', async () => {
    const { error } = await attempt('AUTH PLAIN', (line) => (/^AUTH/.test(line) ? '535 5.7.8 no' : undefined))
    expect(error).toMatchObject({ replyCode: 535, enhancedCode: '5.7.8', transient: false, permanent: true })
  })

  test('leaves the session as it was', () => {
    const connection = openedConnection(['AUTH PLAIN'])
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN' })
    drain(connection)
    feed(connection, '535 no')
    expect(connection).toMatchObject({ state: 'ready', authenticated: false })
    expect(connection.can('MAIL')).toBe(true)
  })
})

describe('a password', () => {
  test('is not sent without TLS unless the caller allows it by name', async () => {
    for (const keyword of ['AUTH PLAIN', 'AUTH LOGIN']) {
      const server = new MemoryServer({ keywords: [keyword] })
      await expect(SmtpClient.over(server, { tls: 'off', auth })).rejects.toThrow(NotSupportedError)
      expect(server.lines.filter((line) => line.startsWith('AUTH'))).toEqual([])
    }
  })

  test('is sent by PLAIN over TLS', async () => {
    const options = { keywords: ['STARTTLS'], keywordsAfterTls: ['AUTH PLAIN'] }
    const tlsOptions = { serverName: 'memory.example' }
    const { client, server } = await connectedClient(options, { tls: 'required', tlsOptions, auth })
    expect(server.lines.at(-1)).toBe('AUTH PLAIN AGFubgBzZWNyZXQ=')
    expect(client.authenticated).toBe(true)
  })

  test('that was asked for ends the attempt where it is refused: no mail goes unauthenticated', async () => {
    const { client, said } = await attempt('AUTH PLAIN', (line) => (/^AUTH/.test(line) ? '535 no' : undefined))
    expect(client).toBeUndefined()
    expect(said.filter((line) => line.startsWith('MAIL'))).toEqual([])
  })
})

describe('the parameter AUTH of MAIL', () => {
  const mail = (value: string) => ({ verb: 'MAIL', from: 'a@bar.example', parameters: { AUTH: value } }) as const

  test('needs AUTH to be offered', () => {
    expect(() => openedConnection([]).send(mail('<>'))).toThrow(NotSupportedError)
  })

  test('is sent as it is given, an xtext or <>, authenticated or not', () => {
    for (const value of ['<>', 'e+3Dmc2@bar.example']) {
      const connection = openedConnection(['AUTH PLAIN'])
      connection.send(mail(value))
      expect(sentText(drain(connection))).toBe(`MAIL FROM:<a@bar.example> AUTH=${value}\r\n`)
    }
  })
})
