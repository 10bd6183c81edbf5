import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { sampleMessage } from './sample-message.ts'
import { sampleStream } from './sample-stream.ts'
import { host, type Mailing, recipientsOf, type Subject, sender } from './subject.ts'

/** nodemailer's own client of one connection, which is kept. */
export async function makeSubject(mailing: Mailing): Promise<Subject> {
  const { port, tls, authority, octets, streamed } = mailing
  const connection = new SMTPConnection({ host, port, secure: tls, ignoreTLS: true, tls: { ca: authority } })
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject)
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  const envelope = { from: sender, to: recipientsOf(mailing) }
  const message = streamed ? undefined : sampleMessage(octets)
  const sendOne = () =>
    new Promise<void>((resolve, reject) => {
      connection.send(envelope, message ?? sampleStream(octets), (error, info) => {
        if (error || (info?.rejected?.length ?? 0) > 0) reject(error ?? new Error('not all were accepted'))
        else resolve()
      })
    })
  return {
    async send(messages) {
      for (let i = 0; i < messages; i += 1) await sendOne()
    },
    close: () => connection.close(),
  }
}
