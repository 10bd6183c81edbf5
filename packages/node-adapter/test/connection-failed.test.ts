import { expect, it } from 'vitest'
import { connectionFailed } from '../src/connection-failed.ts'

function attempt(code: string, address: string): Error {
  return Object.assign(new Error(`connect ${code} ${address}`), { code, address })
}

it('names every address that was tried', () => {
  const cause = new AggregateError([attempt('ECONNREFUSED', '::1'), attempt('ETIMEDOUT', '127.0.0.1')])
  expect(connectionFailed({ host: 'localhost', port: 25 }, cause)).toMatchObject({
    message: "could not connect to 'localhost' port 25: ECONNREFUSED ::1, ETIMEDOUT 127.0.0.1",
    cause,
  })
})

it('has the message of an error without a code', () => {
  const error = connectionFailed({ path: '/run/lmtp' }, new Error('no idea'))
  expect(error.message).toBe("could not connect to '/run/lmtp': no idea")
})
