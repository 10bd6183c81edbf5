// Runs the tests of a folder that has a configuration of its own, such as interop, and ends with a line that counts.
import { resolve } from 'node:path'
import { runCounted } from './counted-tests.mjs'

const [folder, ...filters] = process.argv.slice(2)
await runCounted(resolve(folder, 'vitest.config.ts'), filters)
