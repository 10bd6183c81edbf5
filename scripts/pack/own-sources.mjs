import { readFileSync } from 'node:fs'

/** The sources that a source map leads to, those of libraries left out. */
export function ownSources(map) {
  const { sources, ignoreList = [] } = JSON.parse(readFileSync(map, 'utf8'))
  return sources.filter((_, i) => !ignoreList.includes(i))
}
