import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = new URL('../../../../', import.meta.url)
const program = fileURLToPath(new URL('runtimes/node_modules/workerd/bin/workerd', root))

/**
 * A worker for workerd.
 *
 * @typedef {object} WorkerOptions
 * @property {URL} entry the worker's module
 * @property {Readonly<Record<string, string>>} bindings texts that it finds in its environment
 * @property {string} trusted an authority that it trusts besides those of browsers, in PEM
 * @property {readonly string[]} [flags] compatibility flags
 * @property {Readonly<Record<string, string>>} [alias] files to take for imports
 */

/**
 * A worker that runs.
 *
 * @typedef {object} RunningWorker
 * @property {string} url where it answers
 * @property {number | undefined} pid of workerd
 * @property {() => string} log what workerd has said last
 * @property {() => Promise<void>} close
 */

/**
 * Bundles a worker and starts it in workerd, on a port that workerd chooses.
 *
 * @param {WorkerOptions} options
 * @returns {Promise<RunningWorker>}
 */
export async function startWorkerd({ entry, bindings, trusted, flags = [], alias = {} }) {
  const folder = await mkdtemp(join(tmpdir(), 'sansmtp-workerd-'))
  const remove = () => rm(folder, { recursive: true })
  try {
    await bundle(fileURLToPath(entry), join(folder, 'worker.js'), alias)
    await writeFile(join(folder, 'config.capnp'), configuration(bindings, trusted, flags))
    // What workerd listens on it tells over the descriptor that `--control-fd` names.
    const child = spawn(program, ['serve', 'config.capnp', '--control-fd=3'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    const exited = once(child, 'exit')
    // Every failed handshake fills it, so that it is only shown when workerd itself fails.
    let log = ''
    child.stderr?.on('data', (text) => {
      log = (log + text).slice(-10_000)
    })
    const failed = exited.then(([code]) => {
      throw new Error(`workerd ended with ${code}: ${log}`)
    })
    failed.catch(() => {})
    const port = await Promise.race([portTold(child.stdio[3]), failed])
    const close = async () => {
      child.kill('SIGKILL')
      await exited
      await remove()
    }
    return { url: `http://127.0.0.1:${port}/`, pid: child.pid, log: () => log, close }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * As the bundlers of Workers' own tools do it.
 *
 * @param {string} entry
 * @param {string} outfile
 * @param {Readonly<Record<string, string>>} alias
 */
async function bundle(entry, outfile, alias) {
  await build({
    entryPoints: [entry],
    outfile,
    alias,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*', 'node:*'],
    // What is built is what is tested; the tests' own configuration would lead to the sources.
    tsconfigRaw: {},
    logLevel: 'error',
  })
}

/**
 * @param {any} stream
 * @returns {Promise<number>}
 */
async function portTold(stream) {
  for await (const line of createInterface(stream)) {
    const { event, port } = JSON.parse(line)
    if (event === 'listen') return port
  }
  return new Promise(() => {})
}

/**
 * @param {Readonly<Record<string, string>>} bindings
 * @param {string} trusted
 * @param {readonly string[]} flags
 */
function configuration(bindings, trusted, flags) {
  const texts = Object.entries(bindings).map(([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`)
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      compatibilityFlags = [${flags.map(quoted).join(', ')}],
      bindings = [${texts.join(', ')}],
    )),
    (name = "internet", network = (
      allow = ["public", "private", "local"],
      tlsOptions = (trustBrowserCas = true, trustedCertificates = [${quoted(trusted)}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
}

/** @param {string} text */
function quoted(text) {
  return JSON.stringify(text)
}
