import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Removes from `dist` what was built of sources that are gone. The compiler leaves it, and it would be packed. */
export function removeStaleOutput(folder) {
  const files = readdirSync(join(folder, 'dist'), { recursive: true }).map((name) => join(folder, 'dist', name))
  for (const map of files.filter((name) => name.endsWith('.map'))) {
    const { sources } = JSON.parse(readFileSync(map, 'utf8'))
    if (sources.every((source) => existsSync(join(dirname(map), source)))) continue
    for (const file of [map, map.slice(0, -'.map'.length)]) rmSync(file, { force: true })
  }
}
