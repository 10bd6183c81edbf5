import { deliveryQuestion, type Sender } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'

const runtimes = ['node', 'deno', 'bun'] as const
const connections = 5

const eager: Sender = {
  label: 'SmtpPool deliverAll, eager',
  subject: 'sansmtp',
  way: { call: 'deliverAll', pipelining: 'eager', connections },
  runtimes,
}
const eagerDeliver: Sender = {
  ...eager,
  label: 'SmtpPool deliver, all at once, eager',
  way: { call: 'deliver', pipelining: 'eager', connections },
}
const auto: Sender = {
  ...eager,
  label: 'SmtpPool deliverAll, auto',
  way: { call: 'deliverAll', pipelining: 'auto', connections },
}
const nodemailer: Sender = { label: 'nodemailer pool, raw', subject: 'nodemailer-pool', way: { connections }, runtimes }

export const pool: Question = deliveryQuestion({
  name: 'pool',
  title: `1 kB messages, a pool of ${connections} connections`,
  unit: 'messages/s',
  message: { octets: 1_024, recipients: 1, streamed: false, port: 'clear' },
  senders: [eager, eagerDeliver, auto, nodemailer],
  reaches: [{ of: eager.label, over: nodemailer.label, atLeast: 8 }],
})
