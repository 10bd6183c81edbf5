import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ownSources } from './own-sources.mjs'

/** Removes from `dist` what was built of sources that are gone. The compiler leaves it, and it would be packed. */
export function removeStaleOutput(folder) {
  const files = readdirSync(join(folder, 'dist'), { recursive: true }).map((name) => join(folder, 'dist', name))
  for (const map of files.filter((name) => name.endsWith('.map'))) {
    if (ownSources(map).every((source) => existsSync(join(dirname(map), source)))) continue
    for (const file of [map, map.slice(0, -'.map'.length)]) rmSync(file, { force: true })
  }
}
