import { expect, inject, test } from 'vitest'
import { runExample } from './running-examples.ts'

const ports = inject('examplePorts')
const from = 'ann@example.org'

async function run(example: string, args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr } = await runExample(`smtplib/${example}`, args, input)
  expect(stderr).not.toContain('secret')
  return stdout
}

test('smtp: starts TLS, logs in, and tells who was refused', async () => {
  const to = ['bob@example.net', 'nobody@example.net']
  expect(await run('smtp', [`localhost:${ports['mail.example:587']}`, 'ann', 'secret', from, ...to])).toBe(
    'bob@example.net accepted\nnobody@example.net refused: 550 no such user\n',
  )
})

test('smtp: tells that everybody was refused', async () => {
  const failed = run('smtp', [`localhost:${ports['mail.example:587']}`, 'ann', 'secret', from, 'nobody@example.net'])
  await expect(failed).rejects.toMatchObject({ code: 1, stdout: 'nobody@example.net refused: 550\n' })
})

test('smtp-ssl: streams a message to those whom its header names', async () => {
  const message = `From: ${from}\nTo: bob@example.net\nBcc: nobody@example.net\n\n${'line\n'.repeat(100_000)}`
  expect(await run('smtp-ssl', [`smtps://ann:secret@localhost:${ports['mail.example:465']}`], message)).toBe(
    'nobody@example.net refused: 550 no such user\nall others accepted\n',
  )
})

test('lmtp: tells what became of each recipient', async () => {
  const failed = run('lmtp', [`localhost:${ports['mail.example:2003']}`, from, 'bob@example.net', 'full@example.net'])
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stdout: 'bob@example.net accepted 250\nfull@example.net rejected 552\n',
  })
})
