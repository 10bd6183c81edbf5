import { parseSync } from 'oxc-parser'

/**
 * The names that a bundled module uses and nowhere declares, so takes from its runtime; `globalThis.name` is one as well.
 * Exact for what esbuild has minified, since it gives no variable the name of a global that is used in the bundle.
 *
 * @param {string} code
 * @returns {Set<string>}
 */
export function freeGlobals(code) {
  const { program, errors } = parseSync('bundle.js', code)
  if (errors.length > 0) throw new Error(errors[0].message)
  const declared = new Set()
  const used = new Set()
  visit(program, { declared, used })
  return new Set([...used].filter((name) => !declared.has(name)))
}

/** Where a node holds a name that is no variable's, by the node's type. */
const names = {
  MemberExpression: ({ computed }) => (computed ? [] : ['property']),
  Property: ({ computed, shorthand }) => (computed || shorthand ? [] : ['key']),
  MethodDefinition: ({ computed }) => (computed ? [] : ['key']),
  PropertyDefinition: ({ computed }) => (computed ? [] : ['key']),
  ExportSpecifier: () => ['exported'],
  ImportSpecifier: () => ['imported'],
  LabeledStatement: () => ['label'],
  BreakStatement: () => ['label'],
  ContinueStatement: () => ['label'],
  MetaProperty: () => ['meta', 'property'],
}

/** Where a node declares variables, by the node's type. */
const patterns = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ClassDeclaration: ['id'],
  ClassExpression: ['id'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
}

function visit(node, found) {
  if (Array.isArray(node)) for (const each of node) visit(each, found)
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return
  if (node.type === 'Identifier') found.used.add(node.name)
  if (node.type === 'MemberExpression' && !node.computed && node.object.name === 'globalThis') {
    found.used.add(node.property.name)
    return
  }
  const skipped = names[node.type]?.(node) ?? []
  for (const key of patterns[node.type] ?? []) declare(node[key], found.declared)
  for (const [key, child] of Object.entries(node)) if (!skipped.includes(key)) visit(child, found)
}

function declare(pattern, declared) {
  if (pattern === null || pattern === undefined) return
  if (Array.isArray(pattern)) for (const each of pattern) declare(each, declared)
  if (pattern.type === 'Identifier') declared.add(pattern.name)
  if (pattern.type === 'ObjectPattern') for (const each of pattern.properties) declare(each.value ?? each, declared)
  if (pattern.type === 'ArrayPattern') declare(pattern.elements, declared)
  if (pattern.type === 'AssignmentPattern') declare(pattern.left, declared)
  if (pattern.type === 'RestElement') declare(pattern.argument, declared)
}
