import type { Sender } from '../harness/deliveries.ts'

/** The labels by which what is to be reached names its subjects. */
export const label = {
  deliverData: 'sansmtp deliver, DATA',
  deliverBdat: 'sansmtp deliver, BDAT',
  deliverAllData: 'sansmtp deliverAll, DATA',
  deliverAllBdat: 'sansmtp deliverAll, BDAT',
  eager: 'sansmtp deliverAll, eager',
  nodemailer: 'nodemailer SMTPConnection',
  control: 'bare socket',
} as const

const everywhere = ['node', 'deno', 'bun'] as const

/** Whom several questions have in common. */
export const senders = {
  deliverData: {
    label: label.deliverData,
    subject: 'sansmtp',
    way: { call: 'deliver', chunking: false },
    runtimes: everywhere,
  },
  deliverBdat: {
    label: label.deliverBdat,
    subject: 'sansmtp',
    way: { call: 'deliver', chunking: true },
    runtimes: everywhere,
  },
  deliverAllData: {
    label: label.deliverAllData,
    subject: 'sansmtp',
    way: { call: 'deliverAll', chunking: false },
    runtimes: everywhere,
  },
  deliverAllBdat: {
    label: label.deliverAllBdat,
    subject: 'sansmtp',
    way: { call: 'deliverAll', chunking: true },
    runtimes: everywhere,
  },
  eager: {
    label: label.eager,
    subject: 'sansmtp',
    way: { call: 'deliverAll', pipelining: 'eager' },
    runtimes: everywhere,
  },
  nodemailer: { label: label.nodemailer, subject: 'nodemailer-connection', runtimes: everywhere },
  emailjs: { label: 'emailjs', subject: 'emailjs', composes: true },
  smtplib: { label: "Python's smtplib", subject: 'python.py' },
  smtpSource: { label: "Postfix's smtp-source", subject: 'smtp-source', composes: true },
} as const satisfies Record<string, Sender>

/** The bare socket, which writes the same octets in one of its ways. */
export function control(call: string, name: string = label.control): Sender {
  return { label: name, subject: 'control', way: { call } }
}
