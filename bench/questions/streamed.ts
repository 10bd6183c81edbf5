import { deliveryQuestion } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { control, label, senders } from './senders.ts'

const octets = 100_000_000

export const streamed: Question = deliveryQuestion({
  name: 'streamed',
  title: 'a message of 100 MB, streamed from memory, by DATA',
  unit: 'MB/s',
  message: { octets, recipients: 1, streamed: true, port: 'clear' },
  senders: [senders.deliverData, senders.deliverBdat, senders.nodemailer, senders.smtplib, control('stream')],
  reaches: [
    { of: label.deliverData, over: label.nodemailer, atLeast: 2.2 },
    { of: label.deliverData, over: label.control, atLeast: 0.7 },
  ],
})

export const streamedOverTls: Question = deliveryQuestion({
  name: 'streamed-tls',
  title: 'a message of 100 MB, streamed from memory, by DATA over TLS',
  unit: 'MB/s',
  message: { octets, recipients: 1, streamed: true, port: 'tls' },
  senders: [senders.deliverData, senders.deliverBdat, senders.nodemailer, senders.smtplib, control('stream')],
  reaches: [{ of: label.deliverData, over: label.control, atLeast: 0.9 }],
})
