import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runProgram } from './run-program.mjs'

const root = resolve(import.meta.dirname, '../..')
const tsc = join(root, 'node_modules/.bin/tsc')

/** As strict as can be, and with the declarations of the packages checked as well. */
const strict = {
  ...{ target: 'es2022', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  ...{ verbatimModuleSyntax: true, isolatedModules: true, skipLibCheck: false, noEmit: true },
}

const lib = ['ES2023', 'ESNext.Disposable']

/** What projects that import packages are compiled with, and which packages make sense there. */
export const typeSettings = [
  {
    name: 'as modules of Node',
    covers: () => true,
    settings: { module: 'NodeNext', moduleResolution: 'NodeNext', lib, types: ['node'] },
  },
  {
    name: 'for a bundler',
    covers: () => true,
    settings: { module: 'ESNext', moduleResolution: 'Bundler', lib: [...lib, 'DOM', 'DOM.Iterable'], types: ['node'] },
  },
  {
    name: "for a browser, without any runtime's types",
    covers: ({ manifest }) => manifest.name === '@sansmtp/core',
    settings: { module: 'ESNext', moduleResolution: 'Bundler', lib: [...lib, 'DOM', 'DOM.Iterable'], types: [] },
  },
]

/**
 * Compiles, in a folder, a module for each entry of each package, the examples of its README, and those of the page
 * about runtimes, where the types of Node are at hand.
 */
export async function checkTypes(folder, packages, settings) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const { folder: source, manifest } of packages) {
    const name = manifest.name.replaceAll(/\W/g, '-')
    const entries = Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1))
    const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}'\n`)
    const uses = entries.map((_, i) => `entry${i}`)
    writeFileSync(join(folder, `${name}.ts`), `${imports.join('')}export const used: object[] = [${uses.join(', ')}]\n`)
    writeExamples(join(folder, name), join(source, 'README.md'))
  }
  if (settings.types.includes('node')) writeExamples(join(folder, 'runtimes'), join(root, 'docs/runtimes.md'))
  const config = { compilerOptions: { ...strict, ...settings }, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await runProgram(tsc, ['-p', folder])
}

/** Each in a file of its own, since each declares its own names; their imports make them modules. */
function writeExamples(path, page) {
  const examples = readFileSync(page, 'utf8').matchAll(/^```[tj]s\n([\s\S]*?)^```$/gm)
  for (const [i, [, code]] of [...examples].entries()) writeFileSync(`${path}-example-${i}.ts`, code)
}
