import { domainToALabels } from './a-labels.ts'

/**
 * What ETRN names (RFC 1985 §5): a host, whose mail is to be sent; `@` and a domain, for all hosts in it; or `#` and
 * the name of a queue. A domain beyond US-ASCII becomes A-labels.
 *
 * @throws {InvalidArgumentError} when it is none of them
 */
export function queueName(node: string): string {
  if (/^#[\x21-\x7e]+$/.test(node)) return node
  return node.startsWith('@') ? `@${domainToALabels(node.slice(1), 'node')}` : domainToALabels(node, 'node')
}
