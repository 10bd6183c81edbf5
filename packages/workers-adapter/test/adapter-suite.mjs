// What every adapter must do, inside workerd: node --test packages/workers-adapter/test/adapter-suite.mjs
import { after, before, describe, it } from 'node:test'
import { adapterCases, LocalServers, serveHost, skipReason } from '@sansmtp/testkit/adapter-suite'
import { capabilities } from './capabilities.mjs'
import { startWorkerd } from './workerd/start-workerd.mjs'

const patience = 10_000

describe('@sansmtp/workers', () => {
  let host
  let workerd
  before(async () => {
    const servers = new LocalServers()
    const { certificate } = await servers.trustedAuthority()
    host = await serveHost(servers)
    workerd = await startWorkerd({
      entry: new URL('workerd/suite-worker.mjs', import.meta.url),
      bindings: { SERVERS: host.address },
      trusted: certificate,
      // The cases use `node:assert` and `Buffer`; the adapter does not.
      flags: ['nodejs_compat'],
    })
  })
  after(async () => {
    await workerd?.close()
    await host?.close()
  })

  for (const [group, { name, cases }] of adapterCases.entries()) {
    describe(name, () => {
      for (const [place, each] of cases.entries()) {
        it(each.name, { skip: skipReason(each, capabilities), timeout: 3 * patience }, () => run(group, place))
      }
    })
  }

  async function run(group, place) {
    const body = JSON.stringify({ group, place, patience })
    const response = await fetch(workerd.url, { method: 'POST', body })
    const { passed, error } = await response.json()
    if (!passed) throw Object.assign(new Error(error.message), error)
  }
})
