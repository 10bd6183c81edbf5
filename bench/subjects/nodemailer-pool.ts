import { createTransport } from 'nodemailer'
import { sampleMessage } from './sample-message.ts'
import { host, type Mailing, recipientsOf, type Subject, sender } from './subject.ts'

/** nodemailer's pool, given messages as they are, so that it composes nothing. */
export function makeSubject(mailing: Mailing): Subject {
  const { port, tls, authority, octets, way } = mailing
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure: tls,
    ignoreTLS: true,
    tls: { ca: authority },
    maxConnections: way.connections ?? 1,
    maxMessages: Number.POSITIVE_INFINITY,
  })
  const envelope = { from: sender, to: recipientsOf(mailing) }
  const raw = sampleMessage(octets)
  return {
    async send(messages) {
      await Promise.all(Array.from({ length: messages }, () => transport.sendMail({ envelope, raw })))
    },
    close: () => transport.close(),
  }
}
