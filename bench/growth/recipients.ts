import type { Growth } from './growth.ts'

export const recipients: Growth = {
  name: 'recipients',
  title: 'Messages of 1 kB to more and more recipients each',
  axis: 'recipients of a message',
  unit: 'messages/s',
  at: [1, 3, 10, 30, 100, 300, 1_000],
  message: (recipients) => ({ octets: 1_024, recipients, streamed: false, port: 'clear' }),
  senders: () => [
    { label: 'deliverAll, eager', subject: 'sansmtp', way: { call: 'deliverAll', pipelining: 'eager' } },
    { label: 'deliverAll, auto', subject: 'sansmtp', way: { call: 'deliverAll', pipelining: 'auto' } },
    { label: 'nodemailer SMTPConnection', subject: 'nodemailer-connection' },
  ],
}
