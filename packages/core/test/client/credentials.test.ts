import { inspect } from 'node:util'
import { ClientConnection, encodeUtf8, type Output, open } from '@sansmtp/core'
import { SmtpClient, type TranscriptEntry } from '@sansmtp/core/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'

/** Long and odd enough not to turn up by chance. */
const secret = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom(...'QXZJVWKßé§#~') })
const credentials = fc.record({ user: secret, pass: secret, authzid: secret }, { requiredKeys: ['user', 'pass'] })
const mechanism = fc.constantFrom('PLAIN', 'LOGIN')
/** What a server answers to AUTH and then to each response. */
const answers = fc.array(
  fc.constantFrom(
    '235 ok',
    '334 ',
    '334 VXNlcm5hbWU6',
    '334 !',
    '535 5.7.8 no',
    '454 later',
    '421 bye',
    '503 again',
    'junk',
    '250-x\n251 y',
  ),
  { minLength: 1, maxLength: 4 },
)

/** Every form in which a credential could be shown. */
function formsOf({ user, pass, authzid = '' }: { user: string; pass: string; authzid?: string }): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return [pass, base64(pass), base64(user), base64(`${authzid}\0${user}\0${pass}`), encodeURIComponent(pass)]
}

function expectNoneIn(shown: readonly unknown[], forms: readonly string[]): void {
  for (const each of shown) {
    const text = `${inspect(each, { depth: 12, showHidden: true })}\n${JSON.stringify(each)}\n${String(each)}`
    for (const form of forms) expect(text).not.toContain(form)
  }
}

function answering(script: readonly string[]): (line: string) => string | undefined {
  let next = 0
  return (line) =>
    line.startsWith('EHLO') || line === 'QUIT' || line === '*' ? undefined : script[next++ % script.length]
}

test('no transcript, error, client or server’s reply shows a credential, whatever the server answers', async () => {
  await fc.assert(
    fc.asyncProperty(credentials, mechanism, answers, fc.boolean(), async (auth, name, script, byUrl) => {
      fc.pre(name === 'PLAIN' || auth.authzid === undefined || byUrl)
      const transcript: TranscriptEntry[] = []
      const server = new MemoryServer({ keywords: [`AUTH ${name}`], answer: answering(script) })
      const options = {
        clientName: 'bar.example',
        tls: 'off',
        allowInsecureAuth: true,
        onTranscript: (entry: TranscriptEntry) => transcript.push(entry),
      } as const
      const url = `smtp://${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.pass)}@mail.example`
      const outcome = await (byUrl
        ? SmtpClient.connectBy(async () => server, url, options)
        : SmtpClient.over(server, { ...options, auth })
      ).catch((error) => error)
      expectNoneIn([transcript, outcome], formsOf(byUrl ? { user: auth.user, pass: auth.pass } : auth))
      expect(transcript.some(({ text }) => text.startsWith(`AUTH ${name} [credentials]`))).toBe(true)
    }),
  )
})

test('no output shows a credential but the bytes that are marked, nor does the connection', () => {
  fc.assert(
    fc.property(credentials, mechanism, answers, (auth, name, script) => {
      const connection = new ClientConnection({ secure: true })
      const flow = open(connection, { clientName: 'bar.example', startTls: 'off', credentials: auth })
      const server = ['220 hi', `250-x\r\n250 AUTH ${name}`, ...script]
      const shown: unknown[] = []
      let done = flow.next().done
      try {
        for (const reply of server) {
          connection.receiveBytes(encodeUtf8(`${reply}\r\n`))
          for (let output: Output | undefined = connection.nextOutput(); output; output = connection.nextOutput()) {
            shown.push(output.type === 'SendBytes' && output.sensitive ? { ...output, bytes: undefined } : output)
            const event =
              output.type !== 'SendBytes' && output.type !== 'CloseRequested' && output.type !== 'StartTlsRequested'
            if (event && !done) done = flow.next(output as never).done
          }
        }
      } catch (error) {
        shown.push(error)
      }
      expectNoneIn([...shown, connection], formsOf(auth))
    }),
  )
})
