import { deliveryQuestion } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { control, label, senders } from './senders.ts'

export const eager: Question = deliveryQuestion({
  name: 'eager',
  title: '1 kB messages, one connection, eager BDAT',
  unit: 'messages/s',
  message: { octets: 1_024, recipients: 1, streamed: false, port: 'clear' },
  senders: [
    senders.eager,
    senders.nodemailer,
    control('eager'),
    control('prepared', `${label.control}, made beforehand`),
  ],
  reaches: [
    { of: label.eager, over: label.nodemailer, atLeast: 15 },
    { of: label.eager, over: label.control, atLeast: 0.4 },
  ],
})
