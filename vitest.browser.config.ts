import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

const path = (name: string) => new URL(`./packages/${name}`, import.meta.url).pathname

/** Tests of core that a page can't run, and why. */
const withoutBrowser = {
  'session/cram-md5': 'logs in at a server behind a socket',
  'client/tls-server-end-point': 'reads certificates by Node’s X509Certificate, to compare',
  'client/content-source': 'is about Node’s streams',
}

/** Tests of volume are left out, and properties have fewer runs: that the engine is another one shows in a few. */
const environment = { TESTS: 'quick', PROPERTY_RUNS: process.env['PROPERTY_RUNS'] ?? '25' }

export default defineConfig({
  root: path('core'),
  define: { 'process.env': JSON.stringify(environment) },
  resolve: {
    alias: {
      '@sansmtp/core/client': path('core/src/client/index.ts'),
      '@sansmtp/core': path('core/src/index.ts'),
      '@sansmtp/testkit': path('testkit/src/index.ts'),
      'node:crypto': path('core/test/browser/node-crypto.ts'),
      'node:url': path('core/test/browser/node-url.ts'),
      'node:util': path('core/test/browser/node-util.ts'),
    },
  },
  // Found while the tests run, they would make the page load anew.
  optimizeDeps: {
    include: [
      'fast-check',
      'postal-mime',
      'zod/mini',
      ...['hmac', 'legacy', 'pbkdf2', 'sha2', 'utils'].map((name) => `@noble/hashes/${name}.js`),
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: Object.keys(withoutBrowser).map((name) => `test/${name}.test.ts`),
    setupFiles: ['test/browser/globals.ts', 'test/support/property-runs.ts'],
    testTimeout: 20_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // One page for all: loading the modules anew for each file takes longer than the tests.
      isolate: false,
      instances: [{ browser: 'chromium' }],
      provider: playwright({
        launchOptions: {
          executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
          // Nothing but this machine is contacted, and no other name is even looked up.
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
          ],
        },
      }),
    },
  },
})
