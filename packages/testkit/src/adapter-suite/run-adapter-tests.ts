import { describe, it } from 'node:test'
import type { Connect } from '@sansmtp/core/client'
import { createCertificateAuthority } from '../certificates/index.ts'
import type { AdapterCapabilities } from './adapter-capabilities.ts'
import { adapterCases } from './cases/index.ts'
import { runCase } from './run-case.ts'
import type { Setting } from './stage.ts'

export interface AdapterTestsOptions {
  /** What the tests are to be called by. */
  readonly name: string
  /** What is tested. */
  readonly connect: Connect
  readonly capabilities: AdapterCapabilities
  /** Milliseconds after which a test must be stuck. Default: 10,000, which is many times what the longest takes. */
  readonly patience?: number
}

/**
 * Declares the tests that every adapter must pass, for `node --test`, `deno test` or `bun test`. They connect to
 * servers on loopback only, with certificates made on the spot.
 */
export function runAdapterTests({ name, connect, capabilities, patience = 10_000 }: AdapterTestsOptions): void {
  let setting: Promise<Setting> | undefined
  describe(name, () => {
    for (const group of adapterCases) {
      describe(group.name, () => {
        for (const each of group.cases) {
          const lacking = (each.needs ?? []).filter((capability) => !capabilities[capability])
          const skip = lacking.length > 0 && `the adapter does not declare ${lacking.join(', ')}`
          // The case itself knows first that it is stuck; until then it must not be cut off by the runner.
          it(each.name, { skip, timeout: 3 * patience }, async () => {
            setting ??= prepare(connect, capabilities)
            await runCase(each, await setting, patience)
          })
        }
      })
    }
  })
}

/** What the cases share. */
export async function prepare(connect: Connect, capabilities: AdapterCapabilities): Promise<Setting> {
  const authority = await createCertificateAuthority('sansmtp adapter suite')
  return { connect, capabilities, authority, identity: await authority.issue() }
}
