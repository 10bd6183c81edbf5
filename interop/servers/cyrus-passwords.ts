import { spawnSync } from 'node:child_process'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { users } from './policy.ts'

/** Where Cyrus SASL has the users. */
export const CYRUS_REALM = 'example.test'

/**
 * Writes the users' passwords for a server that asks Cyrus SASL about them, by the name of `application`. Gives the
 * folder that SASL_CONF_PATH must name.
 */
export async function writeCyrusPasswords(directory: string, application: string, owner: number): Promise<string> {
  const folder = join(directory, 'sasl')
  const database = join(folder, 'passwords')
  await mkdir(folder)
  const options = { pwcheck_method: 'auxprop', auxprop_plugin: 'sasldb', sasldb_path: database }
  const lines = Object.entries(options).map(([name, value]) => `${name}: ${value}\n`)
  await writeFile(join(folder, `${application}.conf`), lines.join(''))
  for (const { name, password } of Object.values(users)) {
    const command = ['-p', '-c', '-f', database, '-u', CYRUS_REALM, name]
    const { status, stderr, error } = spawnSync('saslpasswd2', command, { input: password, encoding: 'utf8' })
    if (status !== 0) throw new Error(`saslpasswd2 failed: ${error?.message ?? stderr}`)
  }
  await chown(database, owner, owner)
  return folder
}
