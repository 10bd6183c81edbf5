import type { Reply, SaslMechanism } from '@sansmtp/node'
import { SmtpClient } from '@sansmtp/node'
import type { AuthCall, Call, ConnectCall, Content, SendMailCall, SendMessageCall } from '../call.ts'
import type { Job } from './job.ts'
import type { Outcome, RefusalOutcome, ReplyOutcome } from './outcome.ts'
import { type AnyClient, tlsOptionsOf } from './sansmtp-connecting.ts'

/** Makes one call with sansmtp, on a client that was connected before. Throws what it throws. */
export async function makeCall(client: AnyClient, call: Exclude<Call, ConnectCall>, job: Job): Promise<Outcome> {
  switch (call.call) {
    case 'ehlo':
      return replied(await client.ehlo(call.name))
    case 'helo':
      return client instanceof SmtpClient ? replied(await client.helo(call.name)) : { error: 'NoSuchCall' }
    case 'ehloOrHeloIfNeeded':
      await client.ehloOrHeloIfNeeded()
      return nothing
    case 'mail':
      return replied(await client.mail(call.from, call.options))
    case 'rcpt':
      return replied(await client.rcpt(call.to, call.options))
    case 'data':
      return dataOutcome(await client.data(contentOf(call.message)))
    case 'noop':
    case 'rset':
      return replied(await client[call.call]())
    case 'vrfy':
    case 'verify':
    case 'expn':
      return replied(await client[call.call](call.address))
    case 'help':
      return { text: await client.help(call.topic) }
    case 'command':
      return replied(await client.command(call.verb, call.argument))
    case 'login': {
      const { user, pass, initialResponse = true } = call
      return replied(await client.login(user, pass, { initialResponse }))
    }
    case 'auth':
      return await authenticate(client, call)
    case 'startTls':
      return replied(await client.startTls(tlsOptionsOf(call.trust ?? 'default', job)))
    case 'sendMail':
      return await sendMail(client, call)
    case 'sendMessage':
      return await sendMessage(client, call)
    case 'quit': {
      const reply = await client.quit()
      return reply === undefined ? nothing : replied(reply)
    }
    case 'close':
      await client.close()
      return nothing
    case 'reconnect':
      await client.reconnect()
      return nothing
    case 'leaveScope':
      await client[Symbol.asyncDispose]()
      return nothing
    case 'hasExtension':
      return { flag: client.capabilities.has(call.keyword) }
    case 'features':
      return { features: featuresOf(client) }
  }
}

const nothing: Outcome = { nothing: true }

async function authenticate(client: AnyClient, call: AuthCall): Promise<Outcome> {
  const { mechanism, user, pass, initial, responses = [], initialResponse = true } = call
  if (user !== undefined && pass !== undefined) {
    return replied(await client.auth(mechanism, { user, pass, initialResponse }))
  }
  const challenges: string[] = []
  const left = [...responses]
  const own: SaslMechanism = {
    name: mechanism,
    plaintext: false,
    start: () => ({
      initialResponse: initial === undefined ? undefined : Buffer.from(initial),
      respond(challenge) {
        challenges.push(Buffer.from(challenge).toString())
        const response = left.shift()
        if (response === undefined) throw new Error('there are more challenges than the scenario has responses')
        return Buffer.from(response)
      },
    }),
  }
  return { reply: replyOutcome(await client.auth(own, { initialResponse })), challenges }
}

async function sendMail(client: AnyClient, call: SendMailCall): Promise<Outcome> {
  const { from, to, message, mailOptions, rcptOptions } = call
  const options = { ...(mailOptions && { mailOptions }), ...(rcptOptions && { rcptOptions }) }
  return { refused: refusals(await client.sendMail(from, to, contentOf(message), options)) }
}

async function sendMessage(client: AnyClient, call: SendMessageCall): Promise<Outcome> {
  const { from, to, mailOptions, rcptOptions, streamed } = call
  const bytes = contentOf(call.message) as Uint8Array
  const before = bytes.slice()
  const refused = await client.sendMessage(streamed === undefined ? bytes : piecesOf(bytes, streamed), {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(mailOptions && { mailOptions }),
    ...(rcptOptions && { rcptOptions }),
  })
  if (Buffer.compare(bytes, before) !== 0) return { error: 'MessageChanged' }
  return { refused: refusals(refused) }
}

async function* piecesOf(bytes: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length)
}

function contentOf(content: Content): string | Uint8Array {
  return 'text' in content ? content.text : Buffer.from(content.octets, 'latin1')
}

function dataOutcome(replies: Reply | readonly Reply[]): Outcome {
  return { replies: [replies].flat().map((reply) => replyOutcome(reply as Reply)) }
}

function replied(reply: Reply): Outcome {
  return { reply: replyOutcome(reply) }
}

/** What a reply says, as both sides have it. */
export function replyOutcome({ code, text }: { readonly code: number; readonly text: string }): ReplyOutcome {
  return [code, text]
}

/** Who was refused, and how. */
export function refusals(
  refused: readonly { readonly address: string; readonly reply: { readonly code: number; readonly text: string } }[],
): readonly RefusalOutcome[] {
  return refused.map(({ address, reply }) => [address, reply.code, reply.text])
}

function featuresOf({ capabilities }: AnyClient): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(capabilities.toJSON()).map(([keyword, words]) => [keyword.toLowerCase(), words]),
  )
}
