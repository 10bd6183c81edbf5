import type { AuthOptions, DeliveryReport, SmtpClient } from '@sansmtp/core/client'

export const envelope = { from: 'a@bar.example', to: 'b@foo.example' } as const
const message = 'From: a@bar.example\nTo: b@foo.example\n\nhi\n'

export interface EveryCall {
  readonly name: string
  readonly call: (client: SmtpClient, options?: object) => Promise<unknown>
  /** What must have succeeded before. */
  readonly before?: (client: SmtpClient) => Promise<unknown>
}

/** Of `auth` the credentials are options. */
function withUser(options: object = {}): AuthOptions {
  return options instanceof Object ? { user: 'ann', pass: 'secret', ...options } : (options as never)
}

/** As `deliver` where there is but one. */
async function lastReport(client: SmtpClient, options?: object): Promise<DeliveryReport | undefined> {
  let last: DeliveryReport | undefined
  for await (const report of client.deliverAll([{ ...envelope, message }], options)) last = report
  return last
}

const intoTransaction = async (client: SmtpClient) => {
  await client.mail(envelope.from)
  await client.rcpt(envelope.to)
}

/** A server's keywords, and a session's options, with which each of the calls can do its work. */
export const enough = {
  server: {
    keywords: ['PIPELINING', '8BITMIME', 'STARTTLS', 'AUTH PLAIN', 'ETRN', 'XCLIENT NAME ADDR', 'XFORWARD NAME ADDR'],
  },
  session: { allowInsecureAuth: true, tlsOptions: { serverName: 'memory.example' } },
} as const

/** Every method that waits its turn and says something, with its options. */
export const everyCall: readonly EveryCall[] = [
  { name: 'ehlo', call: (client, options) => client.ehlo(undefined, options) },
  { name: 'helo', call: (client, options) => client.helo(undefined, options) },
  { name: 'startTls', call: (client, options) => client.startTls(options) },
  { name: 'login', call: (client, options) => client.login('ann', 'secret', options) },
  { name: 'auth', call: (client, options) => client.auth('PLAIN', withUser(options)) },
  { name: 'mail', call: (client, options) => client.mail(envelope.from, undefined, options) },
  { name: 'rcpt', call: (client, options) => client.rcpt(envelope.to, undefined, options), before: intoTransaction },
  { name: 'data', call: (client, options) => client.data('hi', options), before: intoTransaction },
  { name: 'noop', call: (client, options) => client.noop(options) },
  { name: 'rset', call: (client, options) => client.rset(options) },
  { name: 'vrfy', call: (client, options) => client.vrfy('bob', options) },
  { name: 'verify', call: (client, options) => client.verify('bob', options) },
  { name: 'expn', call: (client, options) => client.expn('list', options) },
  { name: 'help', call: (client, options) => client.help('MAIL', options) },
  { name: 'command', call: (client, options) => client.command('ETRN', 'example.org', options) },
  { name: 'xclient', call: (client, options) => client.xclient({ NAME: 'spike.example' }, options) },
  { name: 'xforward', call: (client, options) => client.xforward({ NAME: 'spike.example' }, options) },
  { name: 'etrn', call: (client, options) => client.etrn('example.org', options) },
  { name: 'sendMail', call: (client, options) => client.sendMail(envelope.from, envelope.to, message, options) },
  { name: 'sendMessage', call: (client, options) => client.sendMessage(message, options) },
  { name: 'deliver', call: (client, options) => client.deliver({ ...envelope, message }, options) },
  { name: 'deliverAll', call: lastReport },
  { name: 'quit', call: (client, options) => client.quit(options) },
]
