// Runs the tests of core in headless Chromium, and ends with a line that counts. Arguments narrow down the files.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { runCounted } from './counted-tests.mjs'

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(chromium)) {
  console.error(
    `there is no ${chromium}: install Chromium (Debian: apt-get install chromium), or say where it is in CHROMIUM`,
  )
  console.log('0 passed, 1 failed')
  process.exit(1)
}

await runCounted(resolve(import.meta.dirname, '..', 'vitest.browser.config.ts'), process.argv.slice(2))
