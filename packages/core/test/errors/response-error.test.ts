import {
  AuthenticationError,
  ConnectError,
  DataError,
  HeloError,
  ResponseError,
  SenderRefusedError,
  StartTlsRefusedError,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'

const reply = { code: 535, enhancedCode: '5.7.8', text: 'bad\ncredentials' }

describe('a refusal', () => {
  test('keeps code, enhanced code and text of the reply, and shows the text escaped', () => {
    const error = new AuthenticationError('PLAIN', reply)
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      replyCode: 535,
      enhancedCode: '5.7.8',
      text: 'bad\ncredentials',
      mechanism: 'PLAIN',
      message: "the server refused AUTH PLAIN with 535 'bad\\ncredentials'",
    })
  })

  test('of a mechanism has its explanation, where the server gave one, and shows it escaped', () => {
    expect(new AuthenticationError('PLAIN', reply).explanation).toBe(undefined)
    expect(new AuthenticationError('SCRAM-SHA-1', reply, 'invalid-proof\n')).toMatchObject({
      explanation: 'invalid-proof\n',
      message: "the server refused AUTH SCRAM-SHA-1 for 'invalid-proof\\n' with 535 'bad\\ncredentials'",
    })
  })

  test.each([
    [399, false, false],
    [400, true, false],
    [499, true, false],
    [500, false, true],
    [599, false, true],
  ])('with %d is transient: %j, permanent: %j', (code, transient, permanent) => {
    expect(new ConnectError({ ...reply, code })).toMatchObject({ transient, permanent })
  })

  test('names what was refused', () => {
    expect(new SenderRefusedError('a@b\r\n', reply)).toMatchObject({
      sender: 'a@b\r\n',
      message: "the server refused the sender 'a@b\\r\\n' with 535 'bad\\ncredentials'",
    })
    expect(new DataError(reply).message).toContain('the message')
    expect(new ConnectError(reply).message).toContain('the connection')
    expect(new HeloError('LHLO', reply).message).toContain('LHLO')
    expect(new StartTlsRefusedError(reply).message).toContain('STARTTLS')
  })
})
