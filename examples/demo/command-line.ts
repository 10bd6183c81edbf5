import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ConnectOptions } from '@sansmtp/node'

export const usage = `Usage: npm run demo
       npm run demo -- [options] URL FROM TO...

Without arguments a message goes to a server that is started for it, and what arrives is compared
with what was sent. With arguments it goes to a server of yours:

  URL              smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://...; percent-encode what is special
  FROM             the sender's address
  TO...            one recipient or several

  --tls POLICY     required (default): STARTTLS or nothing; opportunistic: if offered; off
  --insecure-auth  send the password without TLS, if need be
  --ca FILE        trust the authorities in this PEM file instead of the usual ones
  --help           print this

npm prints the command line, so a password is better kept in the environment: SMTP_USER and
SMTP_PASSWORD are used where they are set.`

/** The arguments make no sense. */
export class UsageError extends Error {}

export interface Order {
  readonly url: string
  readonly from: string
  readonly to: readonly string[]
  readonly options: ConnectOptions
}

/** What is to be sent where; `undefined` without arguments. Throws a `UsageError`. */
export function parseCommandLine(args: readonly string[]): Order | undefined {
  if (args.length === 0) return undefined
  const { positionals, values } = parse(args)
  const [url, from, ...to] = positionals
  if (url === undefined || from === undefined || to.length === 0) {
    throw new UsageError('a URL, a sender and at least one recipient are needed')
  }
  return {
    url,
    from,
    to,
    options: {
      ...(values.tls !== undefined && { tls: tlsPolicy(values.tls) }),
      ...credentialsFrom(process.env),
      allowInsecureAuth: values['insecure-auth'],
      ...(values.ca !== undefined && { tlsOptions: { ca: readAuthorities(values.ca) } }),
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tls: { type: 'string' },
        'insecure-auth': { type: 'boolean', default: false },
        ca: { type: 'string' },
      },
    })
  } catch (error) {
    // The first sentence says what is wrong; the others advise on the syntax.
    throw new UsageError((error as Error).message.split(/\.\s/, 1)[0])
  }
}

function credentialsFrom({ SMTP_USER: user, SMTP_PASSWORD: pass }: NodeJS.ProcessEnv): Pick<ConnectOptions, 'auth'> {
  if (user === undefined && pass === undefined) return {}
  if (user === undefined || pass === undefined) throw new UsageError('SMTP_USER and SMTP_PASSWORD go together')
  return { auth: { user, pass } }
}

function tlsPolicy(value: string): 'required' | 'opportunistic' | 'off' {
  if (value === 'required' || value === 'opportunistic' || value === 'off') return value
  throw new UsageError('--tls takes required, opportunistic or off')
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--ca: ${(error as Error).message}`)
  }
}
