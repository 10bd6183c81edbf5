import type { Growth } from './growth.ts'

export const connections: Growth = {
  name: 'connections',
  title: 'Messages of 1 kB over more and more connections',
  axis: 'connections',
  unit: 'messages/s',
  at: [1, 2, 5, 10, 20, 50, 100],
  message: () => ({ octets: 1_024, recipients: 1, streamed: false, port: 'clear' }),
  senders: (connections) => [
    {
      label: 'SmtpPool, eager',
      subject: 'sansmtp',
      way: { call: 'deliverAll', pipelining: 'eager', connections },
    },
    {
      label: 'SmtpPool, auto',
      subject: 'sansmtp',
      way: { call: 'deliverAll', pipelining: 'auto', connections },
    },
    { label: 'nodemailer pool', subject: 'nodemailer-pool', way: { connections } },
  ],
}
