import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ConnectOptions, Delivery } from '@sansmtp/node'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '../..')
const program = (path: string) => join(root, 'runtimes/node_modules', path)
const adapter = (name: string) => join(root, 'packages', `${name}-adapter/dist/index.js`)

/** What is to be delivered where. All of it can be told as JSON. */
export interface Errand {
  readonly url: string
  readonly options: ConnectOptions
  readonly delivery: Delivery & { readonly message: string }
}

/** One that delivers in a runtime of its own, over the adapter for it, as built. */
export interface SendingProgram {
  readonly name: string
  /** Resolves when the message has been accepted. `authority` is to be trusted. */
  send(errand: Errand, authority: string): Promise<void>
}

const deno = [program('.bin/deno'), 'run', '--no-prompt', '--allow-net', '--allow-read'] as const
const bun = [program('.bin/bun'), 'run'] as const

const scripts: readonly (readonly [name: string, adapter: string, ...command: string[]])[] = [
  ...['20', '22', '24', '26'].map((major) => [`Node ${major}`, 'node', program(`node-${major}/bin/node`)] as const),
  ['Deno', 'deno', ...deno],
  ['Bun', 'bun', ...bun],
]

export const sendingPrograms: readonly SendingProgram[] = [
  ...scripts.map(([name, runtime, path = '', ...args]) => ({
    name,
    async send({ options, ...errand }: Errand, ca: string) {
      const argument = { ...errand, adapter: adapter(runtime), options: { ...options, tlsOptions: { ca } } }
      await run(path, [...args, join(import.meta.dirname, 'program.mjs'), JSON.stringify(argument)], root)
    },
  })),
  { name: 'workerd', send: sendFromWorker },
]

/** The examples that are programs of a runtime's own. They take the same arguments and send a message of their own. */
export const examples: readonly { readonly name: string; run(...args: readonly string[]): Promise<void> }[] = [
  { name: 'Deno', run: (...args) => run(deno[0], [...deno.slice(1), 'examples/deno.ts', ...args], root) },
  { name: 'Bun', run: (...args) => run(bun[0], [...bun.slice(1), 'examples/bun.ts', ...args], root) },
]

/** Bundled as a Worker is before it is uploaded. Whom it trusts is for the configuration to say. */
async function sendFromWorker(errand: Errand, authority: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sansmtp-workerd-'))
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'worker.mjs')],
      outfile: join(folder, 'worker.js'),
      bundle: true,
      format: 'esm',
      alias: { '@sansmtp/workers': adapter('workers') },
      external: ['cloudflare:sockets'],
      logLevel: 'silent',
    })
    await writeFile(join(folder, 'worker.capnp'), configuration(JSON.stringify(errand), authority))
    await run(program('.bin/workerd'), ['test', 'worker.capnp'], folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function run(path: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(path, args, { cwd, timeout: 25_000, env: { ...process.env, NO_COLOR: '1' } })
}

function configuration(errand: string, authority: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2025-09-01",
      bindings = [(name = "ERRAND", text = ${JSON.stringify(errand)})],
    )),
    (name = "internet", network = (
      allow = ["private", "local"],
      tlsOptions = (trustedCertificates = [${JSON.stringify(authority)}]),
    )),
  ],
);
`
}
