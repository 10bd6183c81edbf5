import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe } from 'vitest'
import { type Answers, itAnswersCommands } from './it-answers-commands.ts'
import { itAuthenticates } from './it-authenticates.ts'
import { itLimitsSize } from './it-limits-size.ts'
import { itReportsRefusals } from './it-reports-refusals.ts'
import { itSendsMail } from './it-sends-mail.ts'
import { itStoresMessages } from './it-stores-messages.ts'
import { itVerifiesCertificates } from './it-verifies-certificates.ts'
import type { SmtpConnections } from './smtp-connections.ts'
import type { Subject } from './subject.ts'

interface Speaking {
  readonly server: Subject['server']
  readonly authority: CertificateAuthority
  readonly connections: SmtpConnections
  readonly answers: Answers
  /** What the server writes before a message that came by this protocol (RFC 3848). */
  readonly trace: (protocol: 'ESMTP' | 'ESMTPSA') => RegExp
  /** Another way to connect in the clear, to a server that offers less. */
  readonly lesser?: readonly [name: string, connect: SmtpConnections['plain']]
}

/** All that an SMTP server and a client do with each other, over each way to connect. */
export function itSpeaksSmtp({ server, authority, connections, answers, trace, lesser }: Speaking): void {
  const inClear = [['in the clear', connections.plain] as const, ...(lesser === undefined ? [] : [lesser])]
  const secure = [
    ['over STARTTLS, authenticated with PLAIN', connections.startTls],
    ['over STARTTLS, authenticated with LOGIN', connections.login],
    ['over implicit TLS, authenticated', connections.implicitTls],
  ] as const

  describe.each([
    ...inClear.map((way) => [...way, 'ESMTP'] as const),
    ...secure.map((way) => [...way, 'ESMTPSA'] as const),
  ])('%s', (_, connect, protocol) => {
    itStoresMessages({ server, connect, trace: trace(protocol) })
    itReportsRefusals({ server, connect })
    itSendsMail({ server, connect })
    itAnswersCommands({ server, connect, answers })
    itLimitsSize({ server, connect })
  })

  itAuthenticates(connections)
  itVerifiesCertificates(connections, authority.certificate)
}
