import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { user } from '../servers/policy.ts'
import type { SmtpConnections } from './smtp-connections.ts'
import { from } from './subject.ts'

interface Entry {
  readonly type: string
  readonly text: string
}

const ways = [
  { name: 'STARTTLS and PLAIN', way: 'startTls', mechanism: 'PLAIN' },
  { name: 'STARTTLS and LOGIN', way: 'login', mechanism: 'LOGIN' },
  { name: 'implicit TLS and PLAIN', way: 'implicitTls', mechanism: 'PLAIN' },
] as const

/** Who has the password may send to other domains, and nobody else; the password goes nowhere but to the server. */
export function itAuthenticates(connections: SmtpConnections): void {
  const delivered = { from, to: ['somebody@elsewhere.test'], message: new MarkedMessage({ body: 'away\r\n' }).message }

  it.each(ways)('takes mail for elsewhere over $name', async ({ way, mechanism }) => {
    const entries: Entry[] = []
    await using client = await connections[way]({ onTranscript: (entry) => void entries.push(entry) })
    expect(client).toMatchObject({ secure: true, authenticated: true })
    const sent = entries.filter(({ type }) => type === 'sent').map(({ text }) => text)
    expect(sent.filter((line) => line.startsWith('AUTH '))).toEqual([expect.stringContaining(`AUTH ${mechanism}`)])
    const report = await client.deliver(delivered)
    expect(report.recipients).toMatchObject([{ status: 'accepted', reply: { code: 250 } }])
  })

  it('takes no mail for elsewhere from who is not authenticated', async () => {
    await using client = await connections.anonymous()
    expect(client).toMatchObject({ secure: true, authenticated: false })
    const report = await client.deliver(delivered)
    expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { enhancedCode: '5.7.1' } }])
  })

  it.each(ways)('refuses a wrong password over $name, and the client says that it did', async ({ way }) => {
    const connecting = connections[way]({ auth: { user: user.name, pass: 'pen' } })
    await expect(connecting).rejects.toMatchObject({ code: 'AUTHENTICATION', replyCode: 535, permanent: true })
  })

  it.each(['anonymous', 'anonymousLogin'] as const)('lets in who first had a wrong password: %s', async (way) => {
    await using client = await connections[way]()
    const refused = { code: 'AUTHENTICATION', replyCode: 535 }
    await expect(client.login(user.name, 'pen')).rejects.toMatchObject(refused)
    await expect(client.auth('LOGIN', { user: user.name, pass: 'pen' })).rejects.toMatchObject(refused)
    expect(client.authenticated).toBe(false)
    expect((await client.deliver(delivered)).recipients).toMatchObject([{ status: 'rejected' }])
    expect(await client.login(user.name, user.password)).toMatchObject({ code: 235 })
    expect(client.authenticated).toBe(true)
    expect((await client.deliver(delivered)).recipients).toMatchObject([{ status: 'accepted' }])
  })

  it('is led step by step, as smtplib does it', async () => {
    await using client = await connections.anonymous({ stepwise: true })
    expect(client.capabilities.keywords).toEqual([])
    expect(await client.ehlo()).toMatchObject({ code: 250 })
    expect(client.capabilities.has('STARTTLS')).toBe(true)
    expect(await client.startTls()).toMatchObject({ code: 220 })
    expect(client.capabilities.keywords).toEqual([])
    expect(await client.ehlo()).toMatchObject({ code: 250 })
    expect(client.capabilities.has('STARTTLS')).toBe(false)
    expect(await client.auth('LOGIN', { user: user.name, pass: user.password, initialResponse: false })).toMatchObject({
      code: 235,
    })
    expect(await client.sendMail(from, delivered.to, delivered.message)).toEqual([])
  })

  it('is never shown a password without TLS', async () => {
    const sent: string[] = []
    const onTranscript = ({ type, text }: Entry) => void (type === 'sent' && sent.push(text))
    await expect(connections.startTls({ tls: 'off', onTranscript })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' })
    expect(sent.filter((line) => !/^(EHLO|QUIT)/.test(line))).toEqual([])
  })

  it.each(ways)('leaves no password in a transcript over $name', async ({ way }) => {
    const entries: Entry[] = []
    const client = await connections[way]({ onTranscript: (entry) => void entries.push(entry) })
    await client.quit()
    const transcript = entries.map(({ type, text }) => `${type} ${text}`).join('\n')
    expect(transcript).toContain('received 235 ')
    const { name, password } = user
    const secrets = [password, ...[password, `\0${name}\0${password}`].map((text) => btoa(text))]
    expect(secrets.filter((secret) => transcript.includes(secret))).toEqual([])
  })
}
