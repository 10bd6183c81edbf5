import { expectationOf, type Message, type Sender, sampleOf, sendersFor } from './deliveries.ts'
import type { Measurement, Sample, Unit } from './question.ts'
import type { Workbench } from './workbench.ts'

/** One who sends so many such messages. */
export interface Mission extends Sender {
  readonly message: Message
  readonly messages: number
}

/** Each turn in a process of its own: for memory, and for what is learned of a server only once. */
export async function measureAfresh(
  bench: Workbench,
  missions: readonly Mission[],
  unit: Unit,
): Promise<readonly Measurement[]> {
  const chosen = sendersFor(bench, missions) as readonly Mission[]
  const samples = new Map<string, Sample[]>(chosen.map(({ label }) => [label, []]))
  const troubles = new Map<string, Partial<Pick<Measurement, 'absent' | 'failed'>>>()
  for (let round = 0; round < bench.effort.fewRounds; round += 1) {
    for (const mission of chosen) {
      if (troubles.has(mission.label)) continue
      const outcome = await carryOut(bench, mission, unit)
      if ('value' in outcome) samples.get(mission.label)?.push(outcome)
      else troubles.set(mission.label, outcome)
    }
  }
  return chosen.map(({ label }) => ({
    label,
    samples: troubles.has(label) ? [] : (samples.get(label) ?? []),
    ...troubles.get(label),
  }))
}

async function carryOut(
  bench: Workbench,
  mission: Mission,
  unit: Unit,
): Promise<Sample | Pick<Measurement, 'absent' | 'failed'>> {
  const { label, subject, message, messages, way = {} } = mission
  const started = await bench.start(label, subject, { ...message, way })
  if ('absent' in started) return started
  try {
    const run = await bench.run(started, messages, expectationOf(message, mission))
    return sampleOf(run, messages, message, unit)
  } catch (error) {
    return { failed: (error as Error).message }
  } finally {
    await started.end()
  }
}
