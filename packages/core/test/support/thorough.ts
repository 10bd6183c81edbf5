import { test } from 'vitest'

/** Tests of volume: millions of octets, or every split of every dialogue. Too slow to be run for each mutant. */
export const thorough: typeof test = test.skipIf(process.env['TESTS'] === 'quick') as typeof test
