// What every adapter must do, run against the built packages: bun test ./packages/bun-adapter/test/adapter-suite.mjs
import { connect } from '@sansmtp/bun'
import { runAdapterTests } from '@sansmtp/testkit/adapter-suite'
import { capabilities } from './capabilities.mjs'

runAdapterTests({ name: '@sansmtp/bun', connect, capabilities })
