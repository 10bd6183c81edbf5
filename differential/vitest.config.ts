import { defineConfig } from 'vitest/config'

// No aliases to the sources: these tests run on what was built, as whoever installs the packages does.
export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  test: {
    include: ['test/*.test.ts'],
    // One Python at a time.
    fileParallelism: false,
    hookTimeout: 60_000,
    testTimeout: 30_000,
  },
})
