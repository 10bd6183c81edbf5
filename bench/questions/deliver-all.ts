import { deliveryQuestion } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { control, label, senders } from './senders.ts'

export const deliverAll: Question = deliveryQuestion({
  name: 'deliver-all',
  title: '1 kB messages, one connection, deliverAll',
  unit: 'messages/s',
  message: { octets: 1_024, recipients: 1, streamed: false, port: 'clear' },
  senders: [senders.deliverAllData, senders.deliverAllBdat, senders.nodemailer, control('riding')],
  reaches: [
    { of: label.deliverAllData, over: label.nodemailer, atLeast: 2.8 },
    { of: label.deliverAllBdat, over: label.nodemailer, atLeast: 2.8 },
  ],
})
