import { Message, SMTPClient } from 'emailjs'
import { sampleMessage } from './sample-message.ts'
import { host, type Mailing, recipientsOf, type Subject, sender } from './subject.ts'

/** emailjs, which composes what it sends: a text of the same length. It keeps its connection as long as mail comes. */
export function makeSubject(mailing: Mailing): Subject {
  const client = new SMTPClient({ host, port: mailing.port, ssl: false, tls: false })
  const to = recipientsOf(mailing).join(', ')
  const text = sampleMessage(mailing.octets).toString()
  return {
    async send(messages) {
      for (let i = 0; i < messages; i += 1) {
        await client.sendAsync(new Message({ from: sender, to, subject: 'A sample', text }))
      }
    },
    close: () => client.smtp.close(),
  }
}
