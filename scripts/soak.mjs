// Runs every property a hundred thousand times, or as often as the first argument says.
import { spawnSync } from 'node:child_process'

const runs = process.argv[2] ?? '100000'
const properties = ['packages/core/test', 'packages/testkit/test']
const { status } = spawnSync('vitest', ['run', '--testTimeout=0', ...properties], {
  stdio: 'inherit',
  env: { ...process.env, PROPERTY_RUNS: runs, TESTS: 'quick' },
})
process.exitCode = status ?? 1
