// What every adapter must do, run against the built packages:
// deno test --allow-all --sanitize-ops --sanitize-resources --no-check packages/deno-adapter/test/adapter-suite.mjs
import { connect } from '@sansmtp/deno'
import { remoteServers, runAdapterTests } from '@sansmtp/testkit/adapter-suite'
import { capabilities } from './capabilities.mjs'
import { startServers } from './start-servers.mjs'

// Deno's own servers with TLS take in what nobody reads.
const servers = remoteServers(await startServers())

runAdapterTests({ name: '@sansmtp/deno', connect, capabilities, servers })
