import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { programs } from '../runtime-programs.mjs'
import { runProgram } from './run-program.mjs'

/**
 * For each adapter, by each version of its runtime: how a program that sends with it is run in the project's folder,
 * given the text of a module that exports `send`.
 */
export const runtimeRuns = [
  { adapter: '@sansmtp/node', folder: 'node-adapter', versions: programs.node, run: runScript },
  {
    ...{ adapter: '@sansmtp/deno', folder: 'deno-adapter', versions: programs.deno },
    ...{ run: runScript, args: ['run', '--no-prompt', '--allow-net'] },
  },
  { adapter: '@sansmtp/bun', folder: 'bun-adapter', versions: programs.bun, run: runScript, args: ['run'] },
  { adapter: '@sansmtp/workers', folder: 'workers-adapter', versions: programs.workers, run: runWorker },
]

async function runScript({ path, project, text, args = [] }) {
  writeFileSync(join(project, 'send.mjs'), `${text}\nawait send()\n`)
  await runProgram(path, [...args, 'send.mjs'], { cwd: project, timeout: 60_000 })
}

/** Bundled as a Worker is before it is uploaded. */
async function runWorker({ path, project, text, authority }) {
  const worker = `${text}\nexport default { test: send }\n`
  await build({
    stdin: { contents: worker, resolveDir: project, loader: 'js' },
    outfile: join(project, 'worker.js'),
    ...{ bundle: true, format: 'esm', external: ['cloudflare:sockets'], logLevel: 'silent' },
  })
  writeFileSync(join(project, 'worker.capnp'), workerdConfiguration(authority))
  await runProgram(path, ['test', 'worker.capnp'], { cwd: project, timeout: 60_000 })
}

function workerdConfiguration(authority) {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (
      allow = ["public", "private", "local"],
      tlsOptions = (trustBrowserCas = true, trustedCertificates = [${JSON.stringify(authority)}])
    )),
  ],
);

const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2025-09-01",
);
`
}
