import { defineConfig } from 'vitest/config'

const source = (path: string) => new URL(`./packages/${path}`, import.meta.url).pathname

export default defineConfig({
  resolve: {
    // Tests run on the sources, so that coverage and stack traces speak of them.
    alias: {
      '@sansmtp/core/common': source('core/src/common.ts'),
      '@sansmtp/core/client': source('core/src/client/index.ts'),
      '@sansmtp/core': source('core/src/index.ts'),
      '@sansmtp/node': source('node-adapter/src/index.ts'),
      '@sansmtp/deno': source('deno-adapter/src/index.ts'),
      '@sansmtp/bun': source('bun-adapter/src/index.ts'),
      '@sansmtp/testkit/adapter-suite': source('testkit/src/adapter-suite/index.ts'),
      '@sansmtp/testkit/certificates': source('testkit/src/certificates/index.ts'),
      '@sansmtp/testkit': source('testkit/src/index.ts'),
    },
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'docs/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
    setupFiles: ['packages/core/test/support/property-runs.ts'],
    globalSetup: ['docs/test/example-server.ts'],
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**'],
      reporter: ['text-summary', 'html'],
      thresholds: { branches: 100 },
    },
  },
})
