import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

/**
 * A plugin for esbuild. That a package's modules have no side effects lets bundlers leave out those that are not used;
 * in one file they are not modules any more. So each value that is computed at the top of one is marked as pure where
 * it stands: who bundles the bundle once more leaves out as much of it.
 */
export const pureInitializers = {
  name: 'pure initializers',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: withPureInitializers(path, readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

function withPureInitializers(path, source) {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  const declarations = program.body
    .map((statement) => statement.declaration ?? statement)
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ declarations }) => declarations)
  const computed = declarations.filter(({ init }) => init !== null && computes(init))
  return computed.reduceRight((text, { init: { start, end } }) => {
    return `${text.slice(0, start)}/* @__PURE__ */ (() => (${text.slice(start, end)}))()${text.slice(end)}`
  }, source)
}

/** Whether anything happens to get the value: a bundler can't know then that nothing else does. */
function computes(node) {
  if (Array.isArray(node)) return node.some(computes)
  if (node === null || typeof node !== 'object') return false
  if (plain.test(node.type)) return false
  return happening.has(node.type) || Object.values(node).some(computes)
}

const plain = /^(?:ArrowFunctionExpression|FunctionExpression|TS.*(?:Type|Keyword|TypeParameterInstantiation))$/
const happening = new Set([
  ...['CallExpression', 'NewExpression', 'MemberExpression', 'SpreadElement', 'BinaryExpression', 'ClassExpression'],
  ...['TaggedTemplateExpression', 'TemplateLiteral'],
])
