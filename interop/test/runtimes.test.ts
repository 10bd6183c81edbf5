import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { auth } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { MarkedMessage } from '../marked-message.ts'
import { examples, sendingPrograms } from '../runtimes/sending-program.ts'
import { DovecotServer } from '../servers/dovecot.ts'
import { PostfixServer } from '../servers/postfix.ts'

const skip = skipReason('Postfix', { programs: ['postfix', 'dovecot'] }) !== undefined
const body = 'Grüße from afar\r\n.\r\n..\r\nand an end.\r\n'

describe.skipIf(skip)('Postfix', async () => {
  const authority = await createCertificateAuthority()
  const dovecot = new DovecotServer(authority)
  const server = new PostfixServer(authority, () => endpoints().authSocket)
  const endpoints = startedServer(dovecot)
  const ports = startedServer(server)

  it.each(sendingPrograms)(
    'takes a message from $name, with STARTTLS and AUTH, and stores it whole',
    async (program) => {
      const marked = new MarkedMessage({ body })
      const errand = {
        url: `smtp://localhost:${ports().everyMechanism}`,
        options: { auth },
        delivery: { from: 'ok2@example.test', to: 'ok@example.test', message: String(marked.message) },
      }
      await program.send(errand, authority.certificate)

      const { trace, message } = marked.find(await server.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(server.storedLineEnd))
      expect(trace).toMatch(/ with ESMTPSA id /)
      expect(trace).toContain(`(Authenticated sender: ${auth.user})`)
    },
  )

  it.each(sendingPrograms)('has $name refuse it for a certificate that nobody trusted has issued', async (program) => {
    const stranger = await createCertificateAuthority('somebody else')
    const errand = {
      url: `smtp://localhost:${ports().everyMechanism}`,
      options: { auth },
      delivery: { from: 'ok2@example.test', to: 'ok@example.test', message: 'Subject: never sent\n\n' },
    }
    await expect(program.send(errand, stranger.certificate)).rejects.toThrow(/CertificateError|TlsFailedError/)
  })

  it.each(examples)('takes the message of the example for $name, from whom it has let in over TLS', async (example) => {
    const folder = await mkdtemp(join(tmpdir(), 'sansmtp-example-'))
    try {
      const file = join(folder, 'authority.pem')
      await writeFile(file, authority.certificate)
      const url = `smtp://${auth.user}:${auth.pass}@localhost:${ports().everyMechanism}`
      await example.run('--ca', file, url, 'ok2@example.test', 'ok3@example.test')
    } finally {
      await rm(folder, { recursive: true })
    }
    const stored = String(await server.waitForMessage('ok3', `Subject: Greetings from ${example.name}`))
    expect(stored).toMatch(/ with ESMTPSA id /)
    expect(stored).toContain(`(Authenticated sender: ${auth.user})`)
  })
})
