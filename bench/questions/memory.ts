import { type Mission, measureAfresh } from '../harness/afresh.ts'
import type { Message } from '../harness/deliveries.ts'
import type { Question } from '../harness/question.ts'
import { senders } from './senders.ts'

const message: Omit<Message, 'octets'> = { recipients: 1, streamed: true, port: 'clear' }

const sizes = [
  { name: '10 MB', octets: 10_000_000 },
  { name: '100 MB', octets: 100_000_000 },
  { name: '1 GB', octets: 1_000_000_000 },
]
const [ours, theirs] = ['sansmtp', 'nodemailer'] as const

const missions: readonly Mission[] = sizes.flatMap(({ name, octets }) => {
  const of = { message: { ...message, octets }, messages: 1 }
  return [
    { ...senders.deliverData, ...of, label: `${ours}, ${name}` },
    { ...senders.nodemailer, ...of, label: `${theirs}, ${name}` },
  ]
})

export const memory: Question = {
  name: 'memory',
  title: 'peak memory of a process that streams one message, by DATA',
  unit: 'MB',
  reaches: [
    { of: `${ours}, 100 MB`, over: `${theirs}, 100 MB`, atMost: 1 },
    { of: `${ours}, 1 GB`, over: `${theirs}, 1 GB`, atMost: 1 },
    // Flat: what is left is the heap, which grows until it is collected.
    { of: `${ours}, 1 GB`, over: `${ours}, 10 MB`, atMost: 1.2 },
  ],
  measure: (bench) => measureAfresh(bench, missions, 'MB'),
}
