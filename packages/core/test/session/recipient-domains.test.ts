import { expect, test } from 'vitest'
import type { ClientConnection } from '../../src/connection/index.ts'
import { noteRecipients, recipientDomains } from '../../src/session/recipient-domains.ts'
import { parseForwardPath } from '../../src/wire/index.ts'

const paths = ['a@X.example', 'Postmaster', 'b@x.example', 'c@y.example'].map((text) => parseForwardPath(text))

function connectedWith(limits: ClientConnection['capabilities']['limits']): ClientConnection {
  return { capabilities: { limits } } as ClientConnection
}

test('the domains of recipients are remembered in lower case, each once, and Postmaster has none', () => {
  const connection = connectedWith({ rcptDomainMax: 2 })
  for (const path of paths) noteRecipients(connection, [path])
  expect([...recipientDomains(connection)]).toEqual(['x.example', 'y.example'])
})

test('nothing is remembered where the server does not limit them, however many there are', () => {
  const connection = connectedWith({ rcptMax: 2 })
  noteRecipients(connection, paths)
  expect([...recipientDomains(connection)]).toEqual([])
})
