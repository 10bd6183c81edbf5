import { spawnSync } from 'node:child_process'

/** The CPUs that client and sink are kept on. */
export interface Pinning {
  readonly client: number
  readonly sink: number
}

/**
 * The last CPU that there may be for both, so that what is measured is the work of both together and no luck of the
 * scheduler; with `apart` the first for the sink. `undefined` where the system can't.
 */
export function choosePinning(apart: boolean): Pinning | undefined {
  const { status, stdout } = spawnSync('taskset', ['-c', '-p', `${process.pid}`], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const [, list = ''] = /: ([\d,-]+)\s*$/.exec(stdout) ?? []
  const cpus = list.split(/[,-]/).map(Number)
  const [first] = cpus
  const last = cpus.at(-1)
  return first === undefined || last === undefined ? undefined : { client: last, sink: apart ? first : last }
}

/** A command that runs on one CPU. */
export function pinned(cpu: number | undefined, command: readonly string[]): readonly string[] {
  return cpu === undefined ? command : ['taskset', '-c', `${cpu}`, ...command]
}
