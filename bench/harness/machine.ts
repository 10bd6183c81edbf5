import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Pinning } from './pinning.ts'
import { runtimes, versionOf } from './runtimes.ts'

/** What was measured on, and what. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cpus: number
  /** Octets. */
  readonly memory: number
  readonly system: string
  /** Where client and sink were kept. */
  readonly pinning?: Pinning
  readonly versions: Readonly<Record<string, string>>
  /** The numbers are rough. */
  readonly quick: boolean
}

export function describeMachine(pinning: Pinning | undefined, quick: boolean): Machine {
  const [first] = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: first?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    memory: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    ...(pinning !== undefined && { pinning }),
    versions: {
      ...Object.fromEntries(runtimes.map((runtime) => [runtime.title, versionOf(runtime)])),
      ...peers(),
      Python: outputOf('python3', '--version'),
      Postfix: outputOf('postconf', '-d', '-h', 'mail_version'),
    },
    quick,
  }
}

/** They are pinned. */
function peers(): Record<string, string> {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { nodemailer = '', emailjs = '' } = JSON.parse(manifest).dependencies as Record<string, string>
  return { nodemailer, emailjs }
}

function outputOf(program: string, ...args: string[]): string {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(stdout ?? '')?.[0] ?? 'not installed'
}
