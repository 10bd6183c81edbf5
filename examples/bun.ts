// Sends a small message over STARTTLS with AUTH, shows the dialogue, and tells what became of each recipient.
//
//     bun run bun.ts [--ca authority.pem] smtp://user:password@host:587 FROM TO…
//
// --ca names the certificate of a private authority. Ends with 0 when all recipients were accepted, with 1 when not, and
// with 2 when it was called wrongly.
import { isSmtpError, SmtpClient } from '@sansmtp/bun'

const usage = 'bun run bun.ts [--ca authority.pem] smtp://user:password@host:port FROM TO…'

interface Call {
  readonly ca: string | undefined
  readonly url: string
  readonly from: string
  readonly to: readonly string[]
}

async function callOf(args: readonly string[]): Promise<Call> {
  const [file, rest] = args[0] === '--ca' ? [args[1], args.slice(2)] : [undefined, args]
  const [url, from, ...to] = rest
  if (url === undefined || from === undefined || to.length === 0) {
    console.error(`Usage: ${usage}`)
    process.exit(2)
  }
  return { ca: file === undefined ? undefined : await Bun.file(file).text(), url, from, to }
}

/** Tells whether all recipients were accepted. */
async function send({ ca, url, from, to }: Call): Promise<boolean> {
  await using client = await SmtpClient.connect(url, {
    onTranscript: ({ type, text }) => console.log(`${type.padEnd(8)} ${text.replaceAll('\n', `\n${' '.repeat(9)}`)}`),
    ...(ca !== undefined && { tlsOptions: { ca } }),
  })
  const report = await client.deliver({ from, to, message: messageFor(from, to) })
  await client.quit()
  for (const { address, status, reply } of report.recipients) {
    console.log(`${address} ${status}${reply === undefined ? '' : `: ${reply}`}`)
  }
  if (report.error !== undefined) console.error(report.error.message)
  return report.ok
}

function messageFor(from: string, to: readonly string[]): string {
  return `From: ${from}
To: ${to.join(', ')}
Date: ${new Date().toUTCString().replace('GMT', '+0000')}
Message-ID: <${crypto.randomUUID()}@example.org>
Subject: Greetings from Bun

Sent over Bun's own sockets.
`
}

try {
  process.exitCode = (await send(await callOf(Bun.argv.slice(2)))) ? 0 : 1
} catch (error) {
  // What went wrong before there was a session says enough in a line; anything else is a mistake of the program's.
  if (!isSmtpError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
}
