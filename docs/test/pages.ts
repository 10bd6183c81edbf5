import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('../../', import.meta.url).pathname

/** A page of the documentation. */
export interface Page {
  /** Its path in the repository. */
  readonly path: string
  readonly text: string
}

/** All that is documentation for those who use the library or work on it. */
export const pages: readonly Page[] = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .concat('README.md', 'ARCHITECTURE.md')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
