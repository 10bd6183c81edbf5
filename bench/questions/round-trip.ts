import { type Mission, measureAfresh } from '../harness/afresh.ts'
import type { Message } from '../harness/deliveries.ts'
import type { Measurement, Question } from '../harness/question.ts'
import { roundTrip } from '../harness/sink-process.ts'
import { flightsOf } from './flights.ts'
import { control, label, senders } from './senders.ts'

const message: Message = { octets: 1_024, recipients: 1, streamed: false, port: 'delayed', warmUpMessages: 2_000 }

const levels = ['transaction', 'auto', 'eager'] as const
const ours = (level: (typeof levels)[number]) => `sansmtp deliverAll, ${level}`
const flights = (level: (typeof levels)[number]) => `flights × ${roundTrip} ms, ${level}`

const missions = (messages: number): readonly Mission[] => [
  ...levels.map((pipelining) => ({
    ...senders.deliverAllBdat,
    ...{ label: ours(pipelining), way: { call: 'deliverAll', pipelining }, message, messages },
  })),
  { ...senders.nodemailer, label: label.nodemailer, message, messages },
  { ...control('transaction', `${label.control}, as transaction`), message, messages },
]

export const roundTripQuestion: Question = {
  name: 'round-trip',
  title: `100 messages over a round trip of ${roundTrip} ms`,
  unit: 's',
  reaches: levels.map((level) => ({ of: ours(level), over: flights(level), atMost: 1.05 })),
  async measure(bench) {
    const { distantMessages: messages, fewRounds } = bench.effort
    const counted: readonly Measurement[] = levels.map((level) => {
      const value = (flightsOf(messages, level) * roundTrip) / 1000
      return { label: flights(level), samples: Array.from({ length: fewRounds }, () => ({ value })) }
    })
    return [...(await measureAfresh(bench, missions(messages), 's')), ...counted]
  },
}
