import { inspect } from 'node:util'
import * as core from '@sansmtp/core'
import {
  AbortedError,
  type AnySmtpError,
  AuthenticationError,
  CertificateError,
  ConnectError,
  ConnectionFailedError,
  ContentSourceError,
  DataError,
  HeloError,
  InvalidArgumentError,
  isSmtpError,
  LocalProtocolError,
  NotConnectedError,
  NotSupportedError,
  RecipientsRefusedError,
  RemoteProtocolError,
  ResponseError,
  SenderRefusedError,
  ServerDisconnectedError,
  SmtpError,
  StartTlsRefusedError,
  TimeoutError,
  TlsFailedError,
  TokenProviderError,
  UnexpectedEofError,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'

const cause = new Error('read ECONNRESET')
const reply = { code: 535, enhancedCode: '5.7.8', text: 'bad\ncredentials' }

const refused = { address: 'b@foo.example', position: 0, reply }

const errors: readonly [string, string, SmtpError][] = [
  ['AbortedError', 'ABORTED', new AbortedError({ cause })],
  ['AuthenticationError', 'AUTHENTICATION', new AuthenticationError('PLAIN', reply)],
  ['CertificateError', 'CERTIFICATE_EXPIRED', new CertificateError('expired', 'mail.example', { cause })],
  ['CertificateError', 'CERTIFICATE_UNTRUSTED', new CertificateError('untrusted', 'mail.example')],
  ['CertificateError', 'CERTIFICATE_NAME_MISMATCH', new CertificateError('name-mismatch', 'mail.example')],
  ['CertificateError', 'CERTIFICATE_REFUSED', new CertificateError('refused', 'mail.example')],
  ['ConnectionFailedError', 'CONNECTION_FAILED', new ConnectionFailedError('refused', { cause })],
  ['ContentSourceError', 'CONTENT_SOURCE_FAILED', new ContentSourceError({ cause })],
  ['ConnectError', 'CONNECT', new ConnectError(reply)],
  ['DataError', 'DATA', new DataError(reply)],
  ['HeloError', 'HELO', new HeloError('EHLO', reply)],
  ['InvalidArgumentError', 'INVALID_ARGUMENT', new InvalidArgumentError('to[1]', 'is no path', 'a\r\nb')],
  ['LocalProtocolError', 'LOCAL_PROTOCOL', new LocalProtocolError('DATA is not legal', { state: 'ready' })],
  ['NotConnectedError', 'NOT_CONNECTED', new NotConnectedError()],
  ['NotSupportedError', 'NOT_SUPPORTED', new NotSupportedError('STARTTLS', 'not offered')],
  ['RecipientsRefusedError', 'RECIPIENTS_REFUSED', new RecipientsRefusedError([refused])],
  ['RemoteProtocolError', 'REMOTE_PROTOCOL', new RemoteProtocolError('REPLY_SYNTAX', 'no reply', 'a\r\nb')],
  ['SenderRefusedError', 'SENDER_REFUSED', new SenderRefusedError('a@bar.example', reply)],
  ['StartTlsRefusedError', 'STARTTLS_REFUSED', new StartTlsRefusedError(reply)],
  ['TimeoutError', 'TIMEOUT', new TimeoutError('greeting', 300_000)],
  ['TlsFailedError', 'TLS_FAILED', new TlsFailedError('handshake', { cause })],
  ['TokenProviderError', 'TOKEN_PROVIDER_FAILED', new TokenProviderError({ cause })],
  ['UnexpectedEofError', 'UNEXPECTED_EOF', new UnexpectedEofError('ready', { cause })],
]

test('every class of error has its place in the table above', () => {
  const isErrorClass = (each: unknown): each is typeof SmtpError =>
    typeof each === 'function' && each.prototype instanceof SmtpError
  const abstract = [ResponseError, ServerDisconnectedError] as unknown[]
  const exported = Object.values<unknown>(core).filter(isErrorClass)
  const concrete = exported.filter((each) => !abstract.includes(each)).map(({ name }) => name)
  expect(concrete.toSorted()).toEqual([...new Set(errors.map(([name]) => name))].toSorted())
})

describe('an error', () => {
  test.each(errors)(
    'of class %s has the code %s, its class as name, and a message of one line',
    (name, code, error) => {
      expect(error).toBeInstanceOf(SmtpError)
      expect(error).toBeInstanceOf(Error)
      expect(error).toMatchObject({ name, code })
      expect(error.message).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u)
    },
  )

  test.each(errors)('of class %s with the code %s is told by isSmtpError', (_, __, error) => {
    expect(isSmtpError(error)).toBe(true)
  })

  test('of another library is not told by isSmtpError', () => {
    for (const other of [new Error('x'), { code: 'TIMEOUT', message: 'x' }, null, undefined, 'TIMEOUT']) {
      expect(isSmtpError(other)).toBe(false)
    }
  })

  test.each(errors)('of class %s with the code %s says nothing of a delivery by itself', (_, __, error) => {
    expect('delivery' in error).toBe(false)
    expect(inspect(error)).not.toContain('delivery')
  })

  test('keeps its cause, and has none where there is none', () => {
    expect(new UnexpectedEofError('ready', { cause }).cause).toBe(cause)
    expect('cause' in new UnexpectedEofError('ready')).toBe(false)
    expect('cause' in new AbortedError({ cause: undefined })).toBe(false)
  })

  test('tells in its message what its cause says', () => {
    expect(new UnexpectedEofError('ready', { cause }).message).toContain("('read ECONNRESET')")
    expect(new ContentSourceError({ cause }).message).toContain('read ECONNRESET')
    expect(new ContentSourceError({ cause: 'no error' }).message).toBe('the message could not be read')
    expect(new TokenProviderError({ cause }).message).toContain('read ECONNRESET')
    expect(new TokenProviderError({ cause: 'no error' }).message).toBe('no token was given')
    expect(new CertificateError('expired', 'mail.example', { cause }).message).toContain('read ECONNRESET')
  })
})

describe('an error with a cause', () => {
  const hostile = new Error('bad\r\nforged line\u2028')

  test.each([
    new UnexpectedEofError('ready', { cause: hostile }),
    new CertificateError('expired', 'mail.example', { cause: hostile }),
  ])('of class $name shows it escaped, for it may quote the peer', ({ message }) => {
    expect(message).toContain('forged line')
    expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  })
})

describe('an invalid argument', () => {
  test('is a local protocol error that names the field, the problem and the value', () => {
    const error = new InvalidArgumentError('to[1]', 'is no path', 'a\r\nb')
    expect(error).toBeInstanceOf(LocalProtocolError)
    expect(error).toMatchObject({ field: 'to[1]', problem: 'is no path' })
    expect(error.message).toBe("to[1] is no path (prohibited newline characters): 'a\\r\\nb'")
    expect(new InvalidArgumentError('to', 'is no path', 'a\tb').message).toBe("to is no path: 'a\\tb'")
  })

  test('shows no value where none is given', () => {
    expect(new InvalidArgumentError('auth', 'is too long').message).toBe('auth is too long')
    expect(new InvalidArgumentError('to', 'is no path', '').message).toBe("to is no path: ''")
  })
})

describe('a local protocol error', () => {
  test('tells state and command where it knows them', () => {
    expect(new LocalProtocolError('no', { state: 'ready', command: 'DATA' })).toMatchObject({
      state: 'ready',
      command: 'DATA',
    })
    expect(new LocalProtocolError('no')).toMatchObject({ state: undefined, command: undefined })
  })
})

describe('a remote protocol error', () => {
  test('shows what was received escaped and cut', () => {
    const { message, violation } = new RemoteProtocolError('REPLY_SYNTAX', 'no reply', `\x1b${'x'.repeat(500)}`)
    expect(violation).toBe('REPLY_SYNTAX')
    expect(message).toBe(`no reply: '\\u{1b}${'x'.repeat(119)}…'`)
    expect(new RemoteProtocolError('TOO_MANY_BYTES', 'too many').message).toBe('too many')
  })

  test('of a line too long has the code that smtplib has for it, and no other has one', () => {
    expect(new RemoteProtocolError('LINE_TOO_LONG', 'too long').replyCode).toBe(500)
    expect(new RemoteProtocolError('REPLY_TOO_LONG', 'too long').replyCode).toBe(undefined)
  })
})

describe('by smtplib’s names', () => {
  const hierarchy: readonly [SmtpError, readonly (abstract new (...args: never[]) => SmtpError)[]][] = [
    [new NotConnectedError(), [ServerDisconnectedError]],
    [new UnexpectedEofError('ready'), [ServerDisconnectedError]],
    [new TimeoutError('mail', 1), [ServerDisconnectedError]],
    [new SenderRefusedError('a@bar.example', reply), [ResponseError]],
    [new DataError(reply), [ResponseError]],
    [new ConnectError(reply), [ResponseError]],
    [new HeloError('EHLO', reply), [ResponseError]],
    [new AuthenticationError('PLAIN', reply), [ResponseError]],
    [new StartTlsRefusedError(reply), [ResponseError]],
    [new InvalidArgumentError('to', 'is no path'), [LocalProtocolError]],
    [new LocalProtocolError('no'), [LocalProtocolError]],
    [new RecipientsRefusedError([]), []],
    [new NotSupportedError('STARTTLS', 'not offered'), []],
    [new RemoteProtocolError('REPLY_SYNTAX', 'no reply'), []],
    [new ConnectionFailedError('refused'), []],
    [new AbortedError(), []],
  ]

  test.each(hierarchy)('%o stands where a handler looks for it', (error, parents) => {
    for (const parent of [ServerDisconnectedError, ResponseError, LocalProtocolError]) {
      expect(error instanceof parent).toBe(parents.includes(parent))
    }
  })
})

/** What a program learns from the code alone; the compiler holds it to every code and every class's own fields. */
function detailOf(error: AnySmtpError): string {
  switch (error.code) {
    case 'ABORTED':
    case 'CONNECTION_FAILED':
    case 'CONTENT_SOURCE_FAILED':
    case 'NOT_CONNECTED':
    case 'TLS_FAILED':
    case 'TOKEN_PROVIDER_FAILED':
      return String(error.cause)
    case 'AUTHENTICATION':
      return `${error.mechanism} ${error.replyCode}`
    case 'CERTIFICATE_EXPIRED':
    case 'CERTIFICATE_NAME_MISMATCH':
    case 'CERTIFICATE_REFUSED':
    case 'CERTIFICATE_UNTRUSTED':
      return error.check
    case 'CONNECT':
    case 'DATA':
    case 'HELO':
    case 'STARTTLS_REFUSED':
      return `${error.replyCode} ${error.enhancedCode}`
    case 'INVALID_ARGUMENT':
      return `${error.field} ${error.problem}`
    case 'LOCAL_PROTOCOL':
      return String(error.state)
    case 'NOT_SUPPORTED':
      return error.extension
    case 'RECIPIENTS_REFUSED':
      return error.recipients.map(({ address, position, reply: { code } }) => `${position} ${address} ${code}`).join()
    case 'REMOTE_PROTOCOL':
      return `${error.violation} ${error.replyCode}`
    case 'SENDER_REFUSED':
      return `${error.sender} ${error.replyCode}`
    case 'TIMEOUT':
      return `${error.phase} ${error.milliseconds}`
    case 'UNEXPECTED_EOF':
      return error.state
    default:
      return error satisfies never
  }
}

test('a switch over the code narrows to the class and its fields', () => {
  const details = errors.map(([, code, error]) => (isSmtpError(error) ? `${code}: ${detailOf(error)}` : ''))
  expect(details).toEqual([
    'ABORTED: Error: read ECONNRESET',
    'AUTHENTICATION: PLAIN 535',
    'CERTIFICATE_EXPIRED: expired',
    'CERTIFICATE_UNTRUSTED: untrusted',
    'CERTIFICATE_NAME_MISMATCH: name-mismatch',
    'CERTIFICATE_REFUSED: refused',
    'CONNECTION_FAILED: Error: read ECONNRESET',
    'CONTENT_SOURCE_FAILED: Error: read ECONNRESET',
    'CONNECT: 535 5.7.8',
    'DATA: 535 5.7.8',
    'HELO: 535 5.7.8',
    'INVALID_ARGUMENT: to[1] is no path',
    'LOCAL_PROTOCOL: ready',
    'NOT_CONNECTED: undefined',
    'NOT_SUPPORTED: STARTTLS',
    'RECIPIENTS_REFUSED: 0 b@foo.example 535',
    'REMOTE_PROTOCOL: REPLY_SYNTAX undefined',
    'SENDER_REFUSED: a@bar.example 535',
    'STARTTLS_REFUSED: 535 5.7.8',
    'TIMEOUT: greeting 300000',
    'TLS_FAILED: Error: read ECONNRESET',
    'TOKEN_PROVIDER_FAILED: Error: read ECONNRESET',
    'UNEXPECTED_EOF: ready',
  ])
})

describe('a timeout', () => {
  test('tells phase, duration and the option that sets it', () => {
    const error = new TimeoutError('mail', 300_000)
    expect(error).toMatchObject({ phase: 'mail', milliseconds: 300_000 })
    expect(error.message).toContain('timeouts.mail')
  })
})
