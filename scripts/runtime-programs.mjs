// The runtimes that the adapters are tested in, as npm carries them: the workspace `runtimes` depends on each.
import { join, resolve } from 'node:path'

const modules = resolve(import.meta.dirname, '../runtimes/node_modules')
const node = (major) => ({ name: `Node ${major}`, path: join(modules, `node-${major}/bin/node`) })

/** For each runtime the programs of its versions. */
export const programs = {
  node: [node(20), node(22), node(24), node(26)],
  deno: [{ name: 'Deno', path: join(modules, '.bin/deno') }],
  bun: [{ name: 'Bun', path: join(modules, '.bin/bun') }],
  workers: [{ name: 'workerd', path: join(modules, '.bin/workerd') }],
}
