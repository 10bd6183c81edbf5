import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { Mailing } from '../subjects/subject.ts'

/** From `bench/dist/harness`. */
const root = resolve(import.meta.dirname, '../../..')
const program = (name: string) => resolve(root, 'runtimes/node_modules/.bin', name)

export interface Runtime {
  readonly name: Mailing['runtime']
  readonly title: string
  /** What runs a file of JavaScript. */
  readonly command: readonly string[]
}

/** What subjects run in. npm carries the others: the workspace `runtimes` depends on each. */
export const runtimes: readonly Runtime[] = [
  { name: 'node', title: 'Node', command: [process.execPath] },
  {
    name: 'deno',
    title: 'Deno',
    // Without the root's configuration: its workspace need not know of this folder.
    command: [
      program('deno'),
      'run',
      '--allow-all',
      '--no-check',
      '--no-config',
      '--no-lock',
      '--node-modules-dir=manual',
    ],
  },
  { name: 'bun', title: 'Bun', command: [program('bun')] },
]

export function versionOf({ command: [program = ''] }: Runtime): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return /\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? 'not installed'
}
