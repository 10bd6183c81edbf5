// Draws docs/states.md from the state table. With --check it fails where the file is stale instead.
import { readFileSync, writeFileSync } from 'node:fs'
import { states, stateTable } from '../packages/core/dist/index.js'

const path = new URL('../docs/states.md', import.meta.url)
const exchanges = Object.entries(stateTable)

function diagram() {
  const labels = new Map()
  for (const [name, { replies, succeedsWith = '2xx' }] of exchanges) {
    for (const [replyClass, transitions] of Object.entries(replies)) {
      for (const [from, to] of Object.entries(transitions)) {
        if (from === to) continue
        const edge = `${from} --> ${to}`
        const names = labels.get(edge) ?? new Map()
        const shown = replyClass === '2xx' ? succeedsWith : replyClass
        names.set(name, [...(names.get(name) ?? []), shown])
        labels.set(edge, names)
      }
    }
  }
  const lines = [...labels].map(([edge, names]) => {
    const label = [...names].map(([name, classes]) => `${name} ${classes.join('/')}`)
    return `    ${edge}: ${label.join(', ')}`
  })
  const opening = exchanges.filter(([, { opensContent }]) => opensContent)
  const given = [
    '    [*] --> greeting',
    '    data --> dataSent: endBody',
    ...opening.flatMap(([name, { legalIn }]) => legalIn.map((state) => `    ${state} --> ${state}: ${name}, endBody`)),
    '    startTls --> greeted: tlsEstablished',
  ]
  return ['stateDiagram-v2', ...given, ...lines, '    closing --> closed: receiveEof'].join('\n')
}

function legality() {
  const commands = exchanges.filter(([name]) => !['GREETING', 'CONTENT', 'CHUNK'].includes(name))
  const columns = states.filter((state) => commands.some(([, { legalIn }]) => legalIn.includes(state)))
  const row = (cells) => `| ${cells.join(' | ')} |`
  return [
    row(['command', ...columns, 'ends a group', 'needs']),
    row(Array(columns.length + 3).fill('---')),
    ...commands.map(([name, { legalIn, endsGroup, requires = '' }]) =>
      row([name, ...columns.map((state) => (legalIn.includes(state) ? '✓' : '')), endsGroup ? '✓' : '', requires]),
    ),
  ].join('\n')
}

const text = `# The states of a connection

Drawn from \`packages/core/src/connection/state-table.ts\` by \`pnpm run diagram\`; the tests fail when this page is stale.

An arrow is a reply: the exchange that it answers and its class. Replies that change no state are left out, and so
is 421, which leads to \`closing\` from everywhere. What the table does not list leads to \`failed\`.

BDAT has no reply of its own. Its content follows at once, and leaves the state as it is: the replies to its chunks
(\`CHUNK\`) and to its end (\`CONTENT\`) change it. With PIPELINING they may find MAIL or RCPT refused, so there are arrows
from \`ready\` and \`mail\` too; and what was sent behind content that is then refused may be answered in \`resetDue\`.

\`\`\`mermaid
${diagram()}
\`\`\`

Which command is legal in which state, all that was queued before it having succeeded:

${legality()}
`

if (!process.argv.includes('--check')) {
  writeFileSync(path, text)
} else if (readFileSync(path, 'utf8') !== text) {
  console.error('docs/states.md is stale: pnpm run diagram')
  process.exitCode = 1
}
