// A host of servers for an adapter's tests in another process: prints its address, and ends with its standard input.
import process from 'node:process'
import { serveHost } from './remote/serve-host.ts'

const host = await serveHost()
process.stdout.write(`${host.address}\n`)
process.stdin.resume().once('end', () => host.close())
