import type { Growth } from './growth.ts'

export const size: Growth = {
  name: 'size',
  title: 'Larger and larger messages, streamed, one at a time',
  axis: 'octets of a message',
  unit: 'MB/s',
  at: [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000],
  message: (octets) => ({ octets, recipients: 1, streamed: true, port: 'clear' }),
  senders: () => [
    { label: 'deliver, DATA', subject: 'sansmtp', way: { call: 'deliver', chunking: false } },
    { label: 'deliver, BDAT', subject: 'sansmtp', way: { call: 'deliver', chunking: true } },
    { label: 'nodemailer SMTPConnection', subject: 'nodemailer-connection' },
  ],
}
