import type { Measurement, Question, Reach, RuntimeName, Sample, Unit } from './question.ts'
import type { SubjectProcess } from './subject-process.ts'
import type { Order, Workbench } from './workbench.ts'

/** One who sends: a module of `subjects`, and how it is to send. */
export interface Sender {
  readonly label: string
  readonly subject: string
  readonly way?: Order['way']
  /** In which runtimes. Default: Node alone. */
  readonly runtimes?: readonly RuntimeName[]
  /** Messages get a header of its own, so their length is not known. */
  readonly composes?: boolean
}

export type Message = Omit<Order, 'way'>

/** A question of how fast messages are sent. */
export interface DeliveryQuestion {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  readonly message: Message
  readonly senders: readonly Sender[]
  readonly reaches: readonly Reach[]
}

export function deliveryQuestion({ message, senders, ...question }: DeliveryQuestion): Question {
  return {
    ...question,
    measure: (bench) => measureInTurns(bench, message, senders, question.unit, bench.effort.rounds),
  }
}

/** In this runtime. */
export function sendersFor({ runtime }: Workbench, senders: readonly Sender[]): readonly Sender[] {
  return senders.filter(({ runtimes = ['node'] }) => runtimes.includes(runtime.name))
}

/** A sender that runs, or did. */
interface Contestant {
  readonly sender: Sender
  readonly process: SubjectProcess | undefined
  readonly samples: Sample[]
  /** In a turn. */
  messages: number
  absent?: string
  failed?: string
}

/** All senders are started and warmed up; then each has its turn, again and again. */
export async function measureInTurns(
  bench: Workbench,
  message: Message,
  senders: readonly Sender[],
  unit: Unit,
  rounds: number,
): Promise<readonly Measurement[]> {
  const contestants: Contestant[] = []
  for (const sender of sendersFor(bench, senders)) contestants.push(await enter(bench, message, sender))
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) await takeTurn(bench, message, contestant, unit)
  }
  await Promise.all(contestants.map(({ process }) => process?.end()))
  return contestants.map(({ sender, samples, absent, failed }) => ({
    label: sender.label,
    samples: failed === undefined ? samples : [],
    ...(absent !== undefined && { absent }),
    ...(failed !== undefined && { failed }),
  }))
}

async function enter(bench: Workbench, message: Message, sender: Sender): Promise<Contestant> {
  const started = await bench.start(sender.label, sender.subject, { ...message, way: sender.way ?? {} })
  if ('absent' in started) return { sender, process: undefined, samples: [], messages: 0, absent: started.absent }
  const contestant: Contestant = { sender, process: started, samples: [], messages: 1 }
  await attempt(contestant, async () => {
    contestant.messages = await warmUp(bench, message, contestant, started)
  })
  return contestant
}

/** Returns how many messages fill a turn. */
async function warmUp(bench: Workbench, message: Message, { sender }: Contestant, process: SubjectProcess) {
  const { roundMilliseconds, warmUpMilliseconds } = bench.effort
  let messages = 1
  for (let total = 0; ; ) {
    const { seconds } = await bench.run(process, messages, expectationOf(message, sender))
    total += seconds * 1000
    const fitting = Math.max(1, Math.round((messages * roundMilliseconds) / 1000 / seconds))
    // What was not compiled yet is slow: approach from below.
    messages = Math.min(fitting, messages * 4)
    if (total >= warmUpMilliseconds && messages === fitting) return messages
  }
}

async function takeTurn(bench: Workbench, message: Message, contestant: Contestant, unit: Unit): Promise<void> {
  const { process, sender, messages, samples } = contestant
  if (process === undefined || contestant.failed !== undefined) return
  await attempt(contestant, async () => {
    const run = await bench.run(process, messages, expectationOf(message, sender))
    samples.push(sampleOf(run, messages, message, unit))
  })
}

export function expectationOf({ recipients, octets }: Message, { composes = false }: Sender) {
  return { recipients, octets, composes }
}

export function sampleOf(
  { seconds, clientCpu, sinkCpu, peakMemory }: Awaited<ReturnType<Workbench['run']>>,
  messages: number,
  { octets }: Message,
  unit: Unit,
): Sample {
  const values: Partial<Record<Unit, number>> = {
    'messages/s': messages / seconds,
    'MB/s': (messages * octets) / seconds / 1e6,
    s: seconds,
    MB: peakMemory / 1e6,
  }
  return {
    value: values[unit] ?? Number.NaN,
    ...(clientCpu !== undefined && { clientCpu }),
    ...(sinkCpu !== undefined && { sinkCpu }),
    peakMemory,
  }
}

/** One that fails is out, and the others go on. */
async function attempt(contestant: Contestant, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    contestant.failed = (error as Error).message
  }
}
