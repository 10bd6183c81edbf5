import { readFileSync, writeFileSync } from 'node:fs'

/** Linux notes the most that a process has had in memory, and can be told to begin anew. */
const status = '/proc/self/status'

export function forgetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Where there is no such file the peak is the whole process's.
  }
}

/** Octets. */
export function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) ?? []
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
