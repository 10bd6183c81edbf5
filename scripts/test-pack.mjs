// Packs every package, installs the tarballs into an empty project, and uses them there as whoever installs them does:
// from each runtime a message goes out, and each entry's types compile. Ends with a line that counts.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkIdentity } from './pack/check-identity.mjs'
import { checkTarball } from './pack/check-tarball.mjs'
import { checkTypes, typeSettings } from './pack/check-types.mjs'
import { Checks } from './pack/checks.mjs'
import { publishedPackages } from './pack/published-packages.mjs'
import { removeStaleOutput } from './pack/remove-stale-output.mjs'
import { runProgram } from './pack/run-program.mjs'
import { programs } from './runtime-programs.mjs'

const root = resolve(import.meta.dirname, '..')
const binary = (name) => join(root, 'node_modules/.bin', name)
const checks = new Checks()
const temporary = mkdtempSync(join(tmpdir(), 'sansmtp-pack-'))

try {
  await checks.run('all is built', async () => {
    await runProgram(binary('tsc'), ['-b', ...projects()], { cwd: root })
    await runProgram('node', ['scripts/bundle.mjs'], { cwd: root })
  })
  const tarballs = new Map()
  for (const each of publishedPackages) await packAndCheck(each, tarballs)
  const project = join(temporary, 'project')
  if (await checks.run('the tarballs are installed into an empty project', () => install(project, tarballs))) {
    await checks.run('what several entries export is one thing', () => checkIdentity(project))
    await sendFromRuntimes(project)
    for (const { name, settings, covers } of typeSettings) {
      await checks.run(`types: entries and examples compile ${name}`, () =>
        checkTypes(join(project, 'types'), publishedPackages.filter(covers), settings),
      )
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

console.log(`\n${checks.passed} passed, ${checks.failed} failed`)
process.exitCode = checks.failed > 0 ? 1 : 0

function projects() {
  return [...publishedPackages.map(({ folder }) => folder), join(root, 'packages/testkit/src/adapter-suite')]
}

async function packAndCheck({ folder, manifest: { name }, jsr }, tarballs) {
  const tarball = await checks.run(`${name}: is packed`, () => {
    removeStaleOutput(folder)
    return pack(folder)
  })
  if (tarball === undefined) return
  tarballs.set(name, tarball)
  await checks.run(`${name}: has all that its package.json promises`, async () => {
    const unpacked = mkdtempSync(join(temporary, 'unpacked-'))
    await runProgram('tar', ['-xzf', tarball, '-C', unpacked])
    checkTarball(join(unpacked, 'package'), jsr)
  })
  await checks.run(`${name}: publint`, () => runProgram(binary('publint'), ['run', '--strict', tarball]))
  // Packages of modules only, which Node loads by require() as well from 20.19 on.
  const profile = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-emoji']
  await checks.run(`${name}: attw`, () => runProgram(binary('attw'), [tarball, ...profile]))
  // JSR takes the sources. Deno does not know the few globals that core declares for itself, so it may not check types.
  const publish = ['publish', '--dry-run', '--allow-dirty', '--no-check']
  await checks.run(`${name}: JSR would take it`, () => runProgram(programs.deno[0].path, publish, { cwd: folder }))
}

async function pack(folder) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const options = ['--yes', packageManager, 'pack', '--json', '--pack-destination', temporary]
  return JSON.parse(await runProgram('npx', options, { cwd: folder })).filename
}

/** With the types of Node, which the declarations of the adapter suite are made of. */
async function install(project, tarballs) {
  mkdirSync(project)
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifest = {
    ...{ name: 'empty-project', private: true, type: 'module' },
    dependencies: Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`])),
    devDependencies: { '@types/node': devDependencies['@types/node'] },
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  await runProgram('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: project })
  return true
}

async function sendFromRuntimes(project) {
  // Made of what is built, so not before that.
  const { startMailServer } = await import('./pack/mail-server.mjs')
  const { checkReceived, sendingProgram } = await import('./pack/sending-program.mjs')
  const { runtimeRuns } = await import('./pack/runtime-runs.mjs')
  const [server, stranger] = [await startMailServer(), await startMailServer()]
  try {
    for (const { adapter, folder, versions, run, args } of runtimeRuns) {
      const { capabilities } = await import(`../packages/${folder}/test/capabilities.mjs`)
      const { port, authority } = server
      const text = sendingProgram(adapter, capabilities, { port, strangersPort: stranger.port, authority })
      for (const { name, path } of versions) {
        await checks.run(`${name}: ${adapter} refuses a stranger, and delivers with STARTTLS and AUTH`, async () => {
          await run({ path, project, text, args, authority })
          checkReceived(server.taken())
        })
      }
    }
    await checks.run('the stranger has received nothing', () => {
      if (stranger.taken().length > 0) throw new Error('it has received a message')
    })
  } finally {
    await Promise.all([server.close(), stranger.close()])
  }
}
