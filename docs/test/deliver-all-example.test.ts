import { expect, inject, test } from 'vitest'
import { runExample } from './running-examples.ts'

const ports = inject('examplePorts')

function people(count: number): string {
  return Array.from({ length: count }, (_, i) => `bob${i}@example.net Bob the ${i}th\n`).join('')
}

test.each(['mail.example:465', 'relay.example:465'] as const)(
  'deliver-all: sends a letter to each of many people, over %s',
  async (host) => {
    const url = `smtps://ann:secret@localhost:${ports[host]}`
    const { stdout } = await runExample('deliver-all/deliver-all', [url, 'ann@example.org'], people(300))
    expect(stdout).toBe('{ accepted: 300 }\n')
  },
)

test('deliver-all: tells who did not get a letter, and why', async () => {
  const url = `smtps://ann:secret@localhost:${ports['relay.example:465']}`
  const input = `${people(3)}nobody@example.net\nnot-an-address\n${people(3)}`
  await expect(runExample('deliver-all/deliver-all', [url, 'ann@example.org'], input)).rejects.toMatchObject({
    code: 1,
    stdout: `nobody@example.net rejected: 550 5.1.1 no such user
not-an-address notSent: to needs a domain: local-part@domain: 'not-an-address'
{ accepted: 6, rejected: 1, notSent: 1 }
`,
  })
})
