// The suite itself, with its servers in another process: node --test packages/testkit/test/adapter-suite.mjs
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from '../../node-adapter/dist/index.js'
import { everyCapability, remoteServers, runAdapterTests } from '../dist/adapter-suite/index.js'

const program = fileURLToPath(new URL('../dist/adapter-suite/serve.js', import.meta.url))
const host = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
const [address] = await once(host.stdout, 'data')

after(async () => {
  const exited = once(host, 'exit')
  host.stdin.end()
  await exited
})

runAdapterTests({
  name: 'the Node adapter, with servers in another process',
  connect,
  capabilities: everyCapability,
  servers: remoteServers(String(address).trim()),
})
