import type { ConnectOptions, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { users } from '../servers/policy.ts'
import type { MailServer } from '../servers/server.ts'
import { SentLines } from './sent-lines.ts'
import { addresses, from } from './subject.ts'

/** A server that lets users in by mechanisms. */
export interface Authenticating {
  readonly server: MailServer<unknown>
  /** Over TLS. */
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient>
  /** What the server logs of a message from somebody who was let in. */
  readonly logged: (mechanism: string, user: string) => RegExp
}

interface Proving extends Authenticating {
  /** All with a password that the server offers, in the order in which the client is to try them. */
  readonly mechanisms: readonly string[]
  /** Those by which the server takes names and passwords in US-ASCII only. */
  readonly asciiOnly?: readonly string[]
}

const credentials = ({ name, password }: { name: string; password: string }) => ({ user: name, pass: password })

/** Whoever knows the password is let in by each mechanism, under the right name, and nobody else. */
export function itProvesPasswords({ server, connect, logged, mechanisms, asciiOnly = [] }: Proving): void {
  const auth = credentials(users.tester)

  it.each(mechanisms)('lets in by %s', async (mechanism) => {
    const sent = new SentLines()
    const marked = new MarkedMessage({ body: 'let in\r\n' })
    await using client = await connect({ auth, mechanisms: [mechanism], onTranscript: sent.onTranscript })
    expect(client).toMatchObject({ secure: true, authenticated: true })
    expect(sent.of('AUTH')).toEqual([expect.stringMatching(`^AUTH ${mechanism}\\b`)])
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForLog(logged(mechanism, users.tester.name))
  })

  it.each(mechanisms.filter((name) => !asciiOnly.includes(name)))(
    'lets in by %s who has a name and a password beyond US-ASCII',
    async (mechanism) => {
      await using client = await connect({ auth: credentials(users.accented), mechanisms: [mechanism] })
      expect(client.authenticated).toBe(true)
    },
  )

  // At the same time: Dovecot answers refusals twice a second.
  it.concurrent.each(mechanisms)(
    'refuses by %s a wrong password and an unknown user, and then takes the right one',
    async (name) => {
      await using client = await connect({})
      const refused = { code: 'AUTHENTICATION', mechanism: name, replyCode: 535, permanent: true }
      for (const wrong of [
        { ...auth, pass: 'pen' },
        { ...auth, user: 'nobody' },
      ]) {
        await expect(client.auth(name, wrong)).rejects.toMatchObject(refused)
      }
      expect(client.authenticated).toBe(false)
      expect(await client.auth(name, auth)).toMatchObject({ code: 235 })
      expect(client.authenticated).toBe(true)
    },
  )

  it.concurrent('is first tried with the strongest that it offers, then with the others', async () => {
    const sent = new SentLines()
    const connecting = connect({ auth: { ...auth, pass: 'pen' }, onTranscript: sent.onTranscript })
    await expect(connecting).rejects.toMatchObject({ code: 'AUTHENTICATION', mechanism: mechanisms.at(-1) })
    expect(sent.of('AUTH').map((line) => line.split(' ')[1])).toEqual(mechanisms)
  })
}
