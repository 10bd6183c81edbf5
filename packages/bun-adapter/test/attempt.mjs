// Connects as the argument says, a request in JSON, and prints what came of it: for tests outside of Bun.
import { connect } from '@sansmtp/bun'

const { signal } = new AbortController()

try {
  const transport = await connect({ ...JSON.parse(process.argv[2]), signal })
  const { local, tls } = transport
  await transport.close()
  console.log(JSON.stringify({ local, authorized: tls?.authorized }))
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }))
}
