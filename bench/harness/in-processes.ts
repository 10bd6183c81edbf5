import type { Measurement } from './question.ts'
import type { Workbench } from './workbench.ts'

/** A script of this folder that prints, as JSON, a number for each label. */
export interface Script {
  readonly path: string
  readonly args?: readonly string[]
  readonly labels: readonly string[]
}

/** Runs each script in a process of its own, one after the other, again and again. */
export async function measureInProcesses(
  bench: Workbench,
  scripts: readonly Script[],
  rounds: number,
): Promise<readonly Measurement[]> {
  const values = new Map<string, number[]>()
  const failures = new Map<Script, string>()
  for (let round = 0; round < rounds; round += 1) {
    for (const script of scripts.filter((script) => !failures.has(script))) {
      try {
        const printed = JSON.parse(await bench.runScript(script.path, script.args ?? [])) as Record<string, number>
        for (const [label, value] of Object.entries(printed)) values.set(label, [...(values.get(label) ?? []), value])
      } catch (error) {
        failures.set(script, (error as Error).message)
      }
    }
  }
  return scripts.flatMap((script) =>
    script.labels.map((label) => {
      const failed = failures.get(script)
      return failed === undefined
        ? { label, samples: (values.get(label) ?? []).map((value) => ({ value })) }
        : { label, samples: [], absent: failed }
    }),
  )
}
