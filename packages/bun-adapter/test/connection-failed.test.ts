import { expect, it } from 'vitest'
import { connectionFailed } from '../src/connection-failed.ts'

it('has the code that Bun tells', () => {
  const cause = Object.assign(new Error('Failed to connect'), { code: 'ECONNREFUSED', errno: -111 })
  expect(connectionFailed({ host: 'localhost', port: 25 }, cause)).toMatchObject({
    message: "could not connect to 'localhost' port 25: ECONNREFUSED",
    cause,
  })
})

it('has the message of an error without a code', () => {
  const error = connectionFailed({ path: '/run/lmtp' }, new Error('no idea'))
  expect(error.message).toBe("could not connect to '/run/lmtp': no idea")
})
