import { spawnSync } from 'node:child_process'
import { NAMESPACE } from './servers/server-process.ts'

/** What a server needs: programs that must be found, and a command that must succeed. */
interface Needs {
  readonly programs?: readonly string[]
  readonly trial?: readonly [program: string, ...options: string[]]
}

/**
 * Why a server can't be started on this machine, and its tests are to be skipped; undefined if it can.
 * In CI it is an error instead: there nobody would miss tests that never run.
 */
export function skipReason(server: string, needs: Needs): string | undefined {
  const reason = whyUnavailable(needs)
  if (reason === undefined) return undefined
  const { CI } = process.env
  if (CI) throw new Error(`${server} can't be started, because ${reason}`)
  console.warn(`${server}: skipped, because ${reason}`)
  return reason
}

function whyUnavailable({ programs = [], trial }: Needs): string | undefined {
  if (process.platform !== 'linux') return 'the servers are started in Linux namespaces'
  if (process.getuid?.() !== 0) return 'mail servers are started by root only'
  const namespace = tried([...NAMESPACE, 'true'])
  if (namespace !== undefined) return `no process id namespace can be made (${namespace})`
  const remedy = '(interop/install.sh installs what is needed)'
  const missing = programs.filter((name) => tried(['sh', '-c', `command -v ${name}`]) !== undefined)
  if (missing.length > 0) return `${missing.join(' and ')} can't be found ${remedy}`
  const failure = trial && tried(trial)
  if (failure !== undefined) return `${trial?.join(' ')} failed: ${failure} ${remedy}`
  return undefined
}

/** What a command that fails says; undefined where it does not fail. */
function tried([program, ...options]: readonly [string, ...string[]]): string | undefined {
  const { status, stderr, error } = spawnSync(program, options, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}
