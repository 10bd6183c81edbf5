import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe } from 'vitest'
import { skipReason } from '../availability.ts'
import { itProvesPasswords } from '../behaviour/it-proves-passwords.ts'
import { itSpeaksSmtp } from '../behaviour/it-speaks-smtp.ts'
import { itTakesTokens } from '../behaviour/it-takes-tokens.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { DovecotServer } from '../servers/dovecot.ts'
import { PostfixServer } from '../servers/postfix.ts'

const skip = skipReason('Postfix', { programs: ['postfix', 'dovecot'] }) !== undefined
const answers = { vrfy: 252, vrfyUnknown: 550, expn: 500, help: /command not recognized/ }

describe.skipIf(skip)('Postfix', async () => {
  const authority = await createCertificateAuthority()
  const dovecot = new DovecotServer(authority)
  // Dovecot knows whether a password is right.
  const server = new PostfixServer(authority, () => endpoints().authSocket)
  const endpoints = startedServer(dovecot)
  const ports = startedServer(server)

  const connections = new SmtpConnections(authority, ports)
  const withoutChunking = new SmtpConnections(authority, () => ({ ...ports(), plain: ports().withoutChunking })).plain

  itSpeaksSmtp({
    server,
    authority,
    connections,
    answers,
    trace: (protocol) => new RegExp(` with ${protocol} id `),
    lesser: ['without CHUNKING', withoutChunking],
  })

  const authenticating = {
    server,
    connect: connections.everyMechanism,
    logged: (mechanism: string, user: string) => new RegExp(`sasl_method=${mechanism}, sasl_username=${user}\\b`),
  }
  itTakesTokens({
    ...authenticating,
    tokens: dovecot.tokens,
    statuses: { OAUTHBEARER: 'invalid_token', XOAUTH2: '401' },
  })
  itProvesPasswords({
    ...authenticating,
    mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'],
  })
})
