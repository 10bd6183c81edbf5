import type { Growth } from './growth.ts'

export const window: Growth = {
  name: 'window',
  title: 'Messages of 1 kB over one connection, with a larger and larger window',
  axis: 'messages in the window',
  unit: 'messages/s',
  at: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024],
  message: () => ({ octets: 1_024, recipients: 1, streamed: false, port: 'clear' }),
  senders: (window) => [
    { label: 'deliverAll, eager', subject: 'sansmtp', way: { call: 'deliverAll', pipelining: 'eager', window } },
    { label: 'deliverAll, auto', subject: 'sansmtp', way: { call: 'deliverAll', pipelining: 'auto', window } },
  ],
}
