import { describe, it } from 'node:test'
import type { Connect } from '@sansmtp/core/client'
import type { AdapterCapabilities } from './adapter-capabilities.ts'
import { adapterCases } from './cases/index.ts'
import { runCase } from './run-case.ts'
import { LocalServers } from './server/local-servers.ts'
import type { ServerHost } from './server/server-host.ts'
import { type Setting, settingWith } from './setting.ts'
import { skipReason } from './skip-reason.ts'

export interface AdapterTestsOptions {
  /** What the tests are to be called by. */
  readonly name: string
  /** What is tested. */
  readonly connect: Connect
  readonly capabilities: AdapterCapabilities
  /**
   * Where the servers live: `remoteServers(address)` for a runtime whose own servers are not to be relied on. Default:
   * in this process.
   */
  readonly servers?: ServerHost
  /** Milliseconds after which a test must be stuck. Default: 10,000, which is many times what the longest takes. */
  readonly patience?: number
}

/**
 * Declares the tests that every adapter must pass, for `node --test`, `deno test` or `bun test`. They connect to
 * servers on loopback only, with certificates made on the spot.
 */
export function runAdapterTests(options: AdapterTestsOptions): void {
  const { name, connect, capabilities, servers, patience = 10_000 } = options
  let setting: Promise<Setting> | undefined
  describe(name, () => {
    for (const group of adapterCases) {
      describe(group.name, () => {
        for (const each of group.cases) {
          const skip = skipReason(each, capabilities)
          // The case itself knows first that it is stuck; until then it must not be cut off by the runner.
          it(each.name, { skip, timeout: 3 * patience }, async () => {
            setting ??= prepare(connect, capabilities, servers)
            await runCase(each, await setting, patience)
          })
        }
      })
    }
  })
}

/** What the cases share. */
export function prepare(
  connect: Connect,
  capabilities: AdapterCapabilities,
  servers: ServerHost = new LocalServers(),
): Promise<Setting> {
  return settingWith(servers, connect, capabilities)
}
