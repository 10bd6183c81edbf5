// What every adapter must do, run against the built packages: node --test packages/node-adapter/test/adapter-suite.mjs
import { connect } from '@sansmtp/node'
import { runAdapterTests } from '@sansmtp/testkit/adapter-suite'
import { capabilities } from './capabilities.mjs'

runAdapterTests({ name: '@sansmtp/node', connect, capabilities })
