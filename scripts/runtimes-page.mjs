// Writes the table of docs/runtimes.md from what the adapters declare, which their tests hold them to. With --check it
// fails where the table is stale instead.
import { readFileSync, writeFileSync } from 'node:fs'
import { everyCapability } from '../packages/testkit/dist/adapter-suite/index.js'

const path = new URL('../docs/runtimes.md', import.meta.url)

const runtimes = { Node: 'node-adapter', Deno: 'deno-adapter', Bun: 'bun-adapter', Workers: 'workers-adapter' }

/** In the order of the table's rows. */
const labels = {
  startTls: 'STARTTLS',
  implicitTls: 'TLS from the beginning',
  unixSockets: 'unix sockets (`lmtp+unix:///path`)',
  namedAuthorities: 'authorities named for a connection (`tlsOptions.ca`)',
  addressCertificates: 'certificates for IP addresses',
  clientCertificates: 'client certificates (`tlsOptions.cert`, `key`)',
  minVersion: 'a least version of TLS (`tlsOptions.minVersion`)',
  unverifiedTls: 'TLS without verification (`tlsOptions.rejectUnauthorized`)',
  handshakeReasons: 'tells any other failure of a handshake from a refused certificate',
  certificateDetail: '… whose `check` says why it was refused',
  tlsFacts: 'tells the version of TLS and the cipher suite (`client.tls`)',
  serverEndPointBinding: 'channel binding `tls-server-end-point`',
  exporterBinding: 'channel binding `tls-exporter`, with TLS 1.3',
  abandonsHandshakes: 'an abort amid a TLS handshake closes the connection at once',
  localAddress: 'the address to connect from (`localAddress`)',
  ownAddress: "tells its own address, of which the client's default name is made",
  halfClose: 'still writes when the server has ended its side, in clear',
  secureHalfClose: '… over TLS',
  resets: 'tells a reset from an end',
  readsAfterFailedWrites: "reads the server's last words when writes fail already",
  readBackPressure: 'takes in only what is asked for',
  writeBackPressure: 'waits with writes as long as the server does not read',
}

/** What the suite asks of every adapter, so that nobody declares it. */
const always = ['the name of the server is sent (SNI)', 'an abort rejects whatever is under way']

const row = (cells) => `| ${cells.join(' | ')} |`

async function table() {
  const declared = await Promise.all(Object.values(runtimes).map(capabilitiesOf))
  for (const capability of Object.keys(everyCapability)) {
    if (labels[capability] === undefined) throw new Error(`the capability ${capability} has no label`)
  }
  const rows = Object.entries(labels).map(([capability, label]) => {
    if (everyCapability[capability] === undefined) throw new Error(`there is no capability ${capability}`)
    return [label, ...declared.map((capabilities) => (capabilities[capability] ? '✓' : '–'))]
  })
  const common = always.map((label) => [label, ...declared.map(() => '✓')])
  return aligned([['', ...Object.keys(runtimes)], ...rows.slice(0, 2), ...common, ...rows.slice(2)])
}

async function capabilitiesOf(adapter) {
  const { capabilities } = await import(`../packages/${adapter}/test/capabilities.mjs`)
  return capabilities
}

/** As the formatter has it. */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((cells) => cells[column].length)))
  const [heading, ...others] = rows.map((cells) => row(cells.map((cell, column) => cell.padEnd(widths[column]))))
  return [heading, row(widths.map((width) => '-'.repeat(width))), ...others].join('\n')
}

const page = readFileSync(path, 'utf8')
const [begin, end] = ['<!-- capabilities: written by scripts/runtimes-page.mjs -->', '<!-- end of capabilities -->']
const from = page.indexOf(begin)
const to = page.indexOf(end)
if (from < 0 || to < from) throw new Error('docs/runtimes.md has no place for the table')
const text = `${page.slice(0, from)}${begin}\n\n${await table()}\n\n${page.slice(to)}`

if (!process.argv.includes('--check')) {
  writeFileSync(path, text)
} else if (page !== text) {
  console.error('docs/runtimes.md is stale: pnpm run runtimes-page')
  process.exitCode = 1
}
