import {
  AbortedError,
  AuthenticationRefusedError,
  CertificateError,
  ConnectionFailedError,
  ContentSourceError,
  GreetingRefusedError,
  HelloRefusedError,
  InvalidArgumentError,
  LocalProtocolError,
  NotConnectedError,
  NotSupportedError,
  RemoteProtocolError,
  ResponseError,
  SmtpError,
  StartTlsRefusedError,
  TimeoutError,
  TlsFailedError,
  UnexpectedEofError,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'

const cause = new Error('read ECONNRESET')
const reply = { code: 535, enhancedCode: '5.7.8', text: 'bad\ncredentials' }

const errors: readonly [string, string, SmtpError][] = [
  ['AbortedError', 'ABORTED', new AbortedError({ cause })],
  ['AuthenticationRefusedError', 'AUTHENTICATION_REFUSED', new AuthenticationRefusedError('PLAIN', reply)],
  ['CertificateError', 'CERTIFICATE_EXPIRED', new CertificateError('expired', 'mail.example', { cause })],
  ['CertificateError', 'CERTIFICATE_UNTRUSTED', new CertificateError('untrusted', 'mail.example')],
  ['CertificateError', 'CERTIFICATE_NAME_MISMATCH', new CertificateError('name-mismatch', 'mail.example')],
  ['CertificateError', 'CERTIFICATE_REFUSED', new CertificateError('refused', 'mail.example')],
  ['ConnectionFailedError', 'CONNECTION_FAILED', new ConnectionFailedError('refused', { cause })],
  ['ContentSourceError', 'CONTENT_SOURCE_FAILED', new ContentSourceError({ cause })],
  ['GreetingRefusedError', 'GREETING_REFUSED', new GreetingRefusedError(reply)],
  ['HelloRefusedError', 'HELLO_REFUSED', new HelloRefusedError('EHLO', reply)],
  ['InvalidArgumentError', 'INVALID_ARGUMENT', new InvalidArgumentError('to[1]', 'is no path', 'a\r\nb')],
  ['LocalProtocolError', 'LOCAL_PROTOCOL', new LocalProtocolError('DATA is not legal', { state: 'ready' })],
  ['NotConnectedError', 'NOT_CONNECTED', new NotConnectedError()],
  ['NotSupportedError', 'NOT_SUPPORTED', new NotSupportedError('STARTTLS', 'not offered')],
  ['RemoteProtocolError', 'REMOTE_PROTOCOL', new RemoteProtocolError('REPLY_SYNTAX', 'no reply', 'a\r\nb')],
  ['StartTlsRefusedError', 'STARTTLS_REFUSED', new StartTlsRefusedError(reply)],
  ['TimeoutError', 'TIMEOUT', new TimeoutError('greeting', 300_000)],
  ['TlsFailedError', 'TLS_FAILED', new TlsFailedError('handshake', { cause })],
  ['UnexpectedEofError', 'UNEXPECTED_EOF', new UnexpectedEofError('ready', { cause })],
]

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

  test('keeps its cause, and has none where there is none', () => {
    expect(new UnexpectedEofError('ready', { cause }).cause).toBe(cause)
    expect('cause' in new UnexpectedEofError('ready')).toBe(false)
    expect('cause' in new AbortedError({ cause: undefined })).toBe(false)
  })

  test('tells in its message what its cause says', () => {
    expect(new UnexpectedEofError('ready', { cause }).message).toContain("('read ECONNRESET')")
    expect(new ContentSourceError({ cause }).message).toContain('read ECONNRESET')
    expect(new ContentSourceError({ cause: 'no error' }).message).toBe('the message could not be read')
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
    expect(error).toMatchObject({ field: 'to[1]', problem: 'is no path', message: "to[1] is no path: 'a\\r\\nb'" })
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
})

describe('a refusal', () => {
  test('keeps code, enhanced code and text of the reply, and shows the text escaped', () => {
    const error = new AuthenticationRefusedError('PLAIN', reply)
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      replyCode: 535,
      enhancedCode: '5.7.8',
      text: 'bad\ncredentials',
      mechanism: 'PLAIN',
      message: "the server refused AUTH PLAIN with 535 'bad\\ncredentials'",
    })
  })

  test.each([
    [399, false, false],
    [400, true, false],
    [499, true, false],
    [500, false, true],
    [599, false, true],
  ])('with %d is transient: %j, permanent: %j', (code, transient, permanent) => {
    expect(new GreetingRefusedError({ ...reply, code })).toMatchObject({ transient, permanent })
  })

  test('names what was refused', () => {
    expect(new GreetingRefusedError(reply).message).toContain('the connection')
    expect(new HelloRefusedError('LHLO', reply).message).toContain('LHLO')
    expect(new StartTlsRefusedError(reply).message).toContain('STARTTLS')
  })
})

describe('a timeout', () => {
  test('tells phase, duration and the option that sets it', () => {
    const error = new TimeoutError('mail', 300_000)
    expect(error).toMatchObject({ phase: 'mail', milliseconds: 300_000 })
    expect(error.message).toContain('timeouts.mail')
  })
})
