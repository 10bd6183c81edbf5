import { establish, open } from '@sansmtp/core'
import { runFlow, ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'

const options = { clientName: 'client.example', startTls: 'off', credentials: { user: 'ann', pass: 'secret' } } as const
const users = { ann: 'secret' }

describe('opening a session', () => {
  test('sends no password in clear unless told to', () => {
    const server = new ServerConnection({ users })
    expect(runFlow((connection) => open(connection, options), { server }).error).toMatchObject({
      code: 'NOT_SUPPORTED',
      extension: 'STARTTLS',
    })
    expect(server.commands.map(({ verb }) => verb)).toEqual(['EHLO'])
  })

  test('gives the greeting, and authenticates', () => {
    const server = new ServerConnection({
      users,
      policy: ({ type }) => (type === 'greeting' ? '220 hi there' : undefined),
    })
    const { result } = runFlow((connection) => open(connection, { ...options, allowInsecureAuth: true }), { server })
    expect(result).toMatchObject({ code: 220, text: 'hi there' })
    expect([server.user, server.violations]).toEqual(['ann', []])
  })

  test('is done once, however often it is asked for', () => {
    const server = new ServerConnection({ users })
    runFlow(
      function* (connection) {
        const insecure = { ...options, allowInsecureAuth: true }
        yield* open(connection, insecure)
        yield* establish(connection, insecure)
      },
      { server },
    )
    expect(server.commands.map(({ verb }) => verb)).toEqual(['EHLO', 'AUTH'])
  })
})
