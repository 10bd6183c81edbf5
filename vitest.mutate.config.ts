import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** What speaks of the wire, of messages and of the connection, without the sockets and servers that a mutant would wait for. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/core/test/{wire,message,connection,errors}/**/*.test.ts'],
    globalSetup: [],
    isolate: false,
    env: { PROPERTY_RUNS: '50', TESTS: 'quick' },
  },
})
