import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.mjs'

/** What several entries of core export is one thing, so that `instanceof` holds whichever a class was imported from. */
export async function checkIdentity(project) {
  writeFileSync(join(project, 'identity.mjs'), program)
  await runProgram('node', ['identity.mjs'], { cwd: project })
}

const program = `import * as root from '@sansmtp/core'
import * as client from '@sansmtp/core/client'
import * as common from '@sansmtp/core/common'
import * as node from '@sansmtp/node'

for (const [name, thing] of Object.entries(common)) {
  if (root[name] !== thing || node[name] !== thing) throw new Error('there are several ' + name)
}
// Made by the client, of a class that the root exports.
const error = client.connectionFailed({ path: '/nowhere' }, ['refused'], new Error('refused'))
if (!(error instanceof root.ConnectionFailedError)) throw new Error('an error is of no class that is exported')
`
