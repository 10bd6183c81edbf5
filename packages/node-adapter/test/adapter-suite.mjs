// What every adapter must do, run against the built packages: node --test packages/node-adapter/test/adapter-suite.mjs
import { connect } from '@sansmtp/node'
import { everyCapability, runAdapterTests } from '@sansmtp/testkit/adapter-suite'

runAdapterTests({ name: '@sansmtp/node', connect, capabilities: everyCapability })
