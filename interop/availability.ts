import { spawnSync } from 'node:child_process'
import { NAMESPACE } from './servers/server-process.ts'

/**
 * Why a server can't be started on this machine, and its tests are to be skipped; undefined if it can.
 * In CI it is an error instead: there nobody would miss tests that never run.
 */
export function skipReason(server: string, programs: readonly string[]): string | undefined {
  const reason = whyUnavailable(programs)
  if (reason === undefined) return undefined
  const { CI } = process.env
  if (CI) throw new Error(`${server} can't be started, because ${reason}`)
  console.warn(`${server}: skipped, because ${reason}`)
  return reason
}

function whyUnavailable(programs: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'the servers are started in Linux namespaces'
  if (process.getuid?.() !== 0) return 'mail servers are started by root only'
  const [program, ...options] = NAMESPACE
  const namespace = spawnSync(program, [...options, 'true'], { encoding: 'utf8' })
  if (namespace.status !== 0)
    return `no process id namespace can be made (${namespace.stderr?.trim() || namespace.error})`
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  if (missing.length > 0) return `${missing.join(' and ')} can't be found (interop/install.sh installs what is needed)`
  return undefined
}
