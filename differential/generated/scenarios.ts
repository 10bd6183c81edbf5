import * as fc from 'fast-check'
import type { Scenario } from '../scenario.ts'
import { calls } from './calls.ts'
import { servers } from './servers.ts'

/** Servers and what is asked of them, by chance. */
const arbitrary: fc.Arbitrary<Omit<Scenario, 'name'>> = servers.chain((server) =>
  calls(server).map((asked) => ({ parity: [], protocol: server.protocol, server: server.script, calls: asked })),
)

/** So many of them, the same for the same seed. */
export function generatedScenarios(count: number, seed: number): readonly Scenario[] {
  const all = fc.sample(arbitrary, { numRuns: count, seed })
  return all.map((scenario, i) => ({ ...scenario, name: `generated ${i + 1}, seed ${seed}` }))
}
