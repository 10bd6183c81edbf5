import type { TokenRequest } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { users } from '../servers/policy.ts'
import type { TokenIssuer } from '../servers/token-issuer.ts'
import type { Authenticating } from './it-proves-passwords.ts'
import { SentLines } from './sent-lines.ts'
import { addresses, from } from './subject.ts'

interface Taking extends Authenticating {
  readonly tokens: TokenIssuer
  /**
   * Those with a token that the server offers, in the order in which the client is to try them, and for each the status
   * that it tells of a token that has expired.
   */
  readonly statuses: Readonly<Record<string, string>>
}

/** Whoever has a token is let in; who has a stale one is told so, and may come with another. */
export function itTakesTokens({ server, connect, logged, tokens, statuses }: Taking): void {
  const mechanisms = Object.keys(statuses)
  const user = users.tester.name

  it.each(mechanisms)('lets in by %s', async (mechanism) => {
    const sent = new SentLines()
    const auth = { user, token: tokens.issue(user) }
    const marked = new MarkedMessage({ body: 'let in\r\n' })
    await using client = await connect({ auth, mechanisms: [mechanism], onTranscript: sent.onTranscript })
    expect(client.authenticated).toBe(true)
    expect(sent.of('AUTH')).toEqual([expect.stringMatching(`^AUTH ${mechanism}\\b`)])
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForLog(logged(mechanism, user))
  })

  it.concurrent.each(mechanisms)('says by %s what is wrong with a token, and takes another one', async (mechanism) => {
    await using client = await connect({})
    const error = await client.auth(mechanism, { user, token: tokens.issue(user, { expired: true }) }).catch((e) => e)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', mechanism, replyCode: 535, permanent: true })
    expect(JSON.parse(error.explanation)).toMatchObject({ status: statuses[mechanism] })
    expect(client.authenticated).toBe(false)
    expect(await client.auth(mechanism, { user, token: tokens.issue(user) })).toMatchObject({ code: 235 })
  })

  it.concurrent.each(mechanisms)('refuses by %s a token that is for somebody else, or is none', async (mechanism) => {
    await using client = await connect({})
    const { name: other } = users.accented
    for (const token of [tokens.issue(other), 'none']) {
      const authenticating = client.auth(mechanism, { user, token })
      await expect(authenticating).rejects.toMatchObject({ code: 'AUTHENTICATION', mechanism, replyCode: 535 })
    }
  })

  it.concurrent.each(mechanisms)('has a provider asked for another token once: %s', async (mechanism) => {
    const requests: TokenRequest[] = []
    const stale = tokens.issue(user, { expired: true })
    const token = (request: TokenRequest) => {
      requests.push(request)
      return request.refused === undefined ? stale : tokens.issue(user)
    }
    await using client = await connect({ auth: { user, token }, mechanisms: [mechanism] })
    expect(client.authenticated).toBe(true)
    expect(requests).toMatchObject([
      { user, mechanism },
      { user, mechanism, refused: stale },
    ])
  })

  it.concurrent('has a provider asked no third time', async () => {
    let asked = 0
    const token = () => {
      asked += 1
      return tokens.issue(user, { expired: true })
    }
    await expect(connect({ auth: { user, token } })).rejects.toMatchObject({ code: 'AUTHENTICATION', replyCode: 535 })
    expect(asked).toBe(2)
  })
}
