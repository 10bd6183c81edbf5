import { Bench } from 'tinybench'

/** Runs each task for a while, and returns how often it can be done in a second. */
export function throughputs(tasks: Readonly<Record<string, () => void>>, milliseconds: number): Map<string, number> {
  const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 2 })
  for (const [name, task] of Object.entries(tasks)) bench.add(name, task)
  bench.runSync()
  return new Map(
    bench.tasks.map(({ name, result }) => {
      if (!('latency' in result)) throw new Error(`${name}: ${result.state}`)
      return [name, 1000 / result.latency.p50]
    }),
  )
}
