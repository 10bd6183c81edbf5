import { deliveryQuestion } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { control, label, senders } from './senders.ts'

export const tenRecipients: Question = deliveryQuestion({
  name: 'ten-recipients',
  title: '1 kB messages to ten recipients each, one connection',
  unit: 'messages/s',
  message: { octets: 1_024, recipients: 10, streamed: false, port: 'clear' },
  senders: [
    senders.deliverData,
    senders.deliverAllData,
    senders.deliverAllBdat,
    senders.eager,
    senders.nodemailer,
    senders.emailjs,
    senders.smtplib,
    senders.smtpSource,
    control('eager'),
    control('prepared', `${label.control}, made beforehand`),
  ],
  reaches: [
    { of: label.deliverData, over: label.nodemailer, atLeast: 1.8 },
    { of: label.deliverAllData, over: label.nodemailer, atLeast: 2.8 },
    { of: label.deliverAllBdat, over: label.nodemailer, atLeast: 2.8 },
    { of: label.eager, over: label.nodemailer, atLeast: 15 },
    { of: label.eager, over: label.control, atLeast: 0.4 },
  ],
})
