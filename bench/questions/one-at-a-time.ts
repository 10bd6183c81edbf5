import { deliveryQuestion } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { control, label, senders } from './senders.ts'

export const oneAtATime: Question = deliveryQuestion({
  name: 'one-at-a-time',
  title: '1 kB messages, one connection, one at a time',
  unit: 'messages/s',
  message: { octets: 1_024, recipients: 1, streamed: false, port: 'clear' },
  senders: [
    senders.deliverData,
    senders.deliverBdat,
    senders.nodemailer,
    senders.emailjs,
    senders.smtplib,
    senders.smtpSource,
    control('transaction'),
  ],
  reaches: [{ of: label.deliverData, over: label.nodemailer, atLeast: 1.8 }],
})
