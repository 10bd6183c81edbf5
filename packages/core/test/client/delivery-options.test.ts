import type { InvalidArgumentError } from '@sansmtp/core'
import { type Delivery, SmtpClient } from '@sansmtp/core/client'
import { type Extensions, memoryTransport, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { prepareDelivery, reportDelivery } from '../../src/client/delivery.ts'
import { type TypedOption, typedOptions } from '../session/typed-options.ts'
import { errorOf, lmtpModel, smtp } from './connected.ts'

const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'Subject: hi\r\n\r\nhi\r\n' }
const utf8Header = 'Subject: h\xe9\r\n\r\nhi\r\n'

function delivering(options: readonly TypedOption[], more: Partial<Delivery> = {}): Delivery {
  const of = (verb: 'MAIL' | 'RCPT') =>
    Object.assign({}, ...options.filter((each) => each.verb === verb).map(({ options }) => options))
  return { ...delivery, ...of('MAIL'), to: [{ address: 'b@foo.example', ...of('RCPT') }], ...more }
}

/** A session over TLS whose certificate was verified, with the testkit's server, which judges all that is said. */
async function model(options: ServerConnectionOptions = {}) {
  const users = { ann: 'secret' }
  const server = new ServerConnection({ secure: true, users, ...options })
  const transport = memoryTransport(server, { tls: { authorized: true } })
  const client = await SmtpClient.over(transport, { tls: 'implicit', clientName: 'bar.example' })
  return { server, client }
}

/** What the server was told by MAIL and RCPT. */
function told(server: ServerConnection): readonly string[] {
  const [transaction] = server.transactions
  const parameters = [transaction?.parameters ?? {}, ...(transaction?.recipients ?? []).map((each) => each.parameters)]
  return parameters.flatMap((each) =>
    Object.entries(each).map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`)),
  )
}

const nothing: Extensions = {
  SIZE: false,
  '8BITMIME': false,
  SMTPUTF8: false,
  DSN: false,
  CHUNKING: false,
  AUTH: false,
}
/** What a keyword that is offered has behind it. */
const settings: Readonly<Record<string, Extensions>> = {
  AUTH: { AUTH: ['PLAIN'] },
  DELIVERBY: { DELIVERBY: 60 },
  FUTURERELEASE: { FUTURERELEASE: ['86400', '2030-12-31T00:00:00Z'] },
}

describe('a delivery with every kind of option', () => {
  test.each(typedOptions)('is taken by a strict server that offers $extension: $said', async (option) => {
    const { extension } = option
    const extensions = { ...nothing, ...(settings[extension] ?? { [extension]: true }) }
    const { server, client } = await model({ extensions })
    expect(await client.deliver(delivering([option]))).toMatchObject({ ok: true, dropped: [] })
    expect(told(server)).toEqual(option.said.split(' '))
    expect(server.violations).toEqual([])
  })

  test.each(typedOptions)('is not begun where $extension is not offered: $said', async (option) => {
    const { server, client } = await model({ extensions: nothing })
    const error = await errorOf(client.deliver(delivering([option])))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: option.extension })
    expect(server.transactions).toEqual([])
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })

  test.each(typedOptions)('goes without $extension where the caller can do without it: $said', async (option) => {
    const { server, client } = await model({ extensions: nothing })
    const ifOffered = option.droppable.map((name) => name.toLowerCase())
    const report = await client.deliver(delivering([option], { ifOffered }))
    expect(report).toMatchObject({ ok: true, dropped: option.droppable })
    expect(told(server)).toEqual([])
    expect(server.violations).toEqual([])
  })

  test('is taken with all of them at once', async () => {
    const all = typedOptions.filter(({ said }) => !/^(HOLDUNTIL|BODY=7BIT)/.test(said))
    const extensions = Object.assign({}, ...all.map(({ extension }) => settings[extension] ?? { [extension]: true }))
    const { server, client } = await model({ extensions: { ...extensions, SIZE: true } })
    expect(await client.deliver(delivering(all))).toMatchObject({ ok: true, dropped: [] })
    const said = new Set(all.flatMap((each) => each.said.split(' ')))
    expect(told(server)).toHaveLength(said.size + 1)
    expect(new Set(told(server))).toEqual(new Set(['SIZE=19', ...said]))
    expect(server.violations).toEqual([])
  })

  test('is taken over LMTP', async () => {
    const { server, client } = await lmtpModel()
    const to = [{ address: 'b@foo.example', notify: ['NEVER'] as const }, 'c@foo.example']
    expect(await client.deliver({ ...delivery, to, ret: 'HDRS' })).toMatchObject({ ok: true, dropped: [] })
    expect(server.transactions[0]?.recipients.map(({ parameters }) => parameters)).toEqual([{ NOTIFY: 'NEVER' }, {}])
    expect(server.violations).toEqual([])
  })
})

describe('what a server that was greeted with HELO', () => {
  const helo = () => smtp({ answer: (line) => (line.startsWith('EHLO') ? '502 what' : undefined) })

  test.each(typedOptions)('can not be told, $said, is an error, or is left out and reported', async (option) => {
    const { client, said } = await helo()
    said()
    const error = await errorOf(client.deliver(delivering([option])))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: option.extension })
    expect(said()).toEqual([])
    const report = await client.deliver(delivering([option], { ifOffered: option.droppable }))
    expect(report).toMatchObject({ ok: true, dropped: option.droppable })
    expect(said().slice(0, 2)).toEqual(['MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>'])
  })
})

describe('REQUIRETLS', () => {
  test.each([{ authorized: false }, undefined])('is not said where the TLS that stands is %j', async (tls) => {
    const server = new ServerConnection({ secure: tls !== undefined, extensions: { REQUIRETLS: true } })
    const transport = memoryTransport(server, tls === undefined ? {} : { tls })
    const client = await SmtpClient.over(transport, {
      tls: tls === undefined ? 'off' : 'implicit',
      clientName: 'bar.example',
    })
    for (const call of [
      () => client.deliver({ ...delivery, requireTls: true }),
      () => client.deliver({ ...delivery, requireTls: true, ifOffered: ['REQUIRETLS'] }),
      () => client.sendMail('a@bar.example', 'b@foo.example', 'hi', { mailOptions: ['REQUIRETLS'] }),
      () => client.mail('a@bar.example', { requiretls: true }),
    ]) {
      expect(await errorOf(call())).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'REQUIRETLS' })
    }
    expect(server.transactions).toEqual([])
  })
})

describe('a header beyond US-ASCII', () => {
  test('asks for SMTPUTF8, and a strict server takes it', async () => {
    const { server, client } = await model()
    expect(await client.deliver({ ...delivery, message: utf8Header })).toMatchObject({ ok: true, dropped: [] })
    expect(told(server)).toEqual(['SIZE=20', 'SMTPUTF8', 'BODY=8BITMIME'])
    expect(server.violations).toEqual([])
  })

  test('is an error without it, or goes as it is and is reported', async () => {
    const { server, client } = await model({ extensions: { SMTPUTF8: false } })
    const error = await errorOf(client.deliver({ ...delivery, message: utf8Header }))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' })
    expect(server.transactions).toEqual([])
    const report = await client.deliver({ ...delivery, message: utf8Header, ifOffered: ['smtputf8'] })
    expect(report).toMatchObject({ ok: true, dropped: ['SMTPUTF8'] })
    expect(told(server)).toEqual(['SIZE=20', 'BODY=8BITMIME'])
  })

  test('is sent by sendMail as smtplib sends it', async () => {
    const { client, said } = await smtp({ keywords: ['8BITMIME', 'SMTPUTF8'] })
    expect(await client.sendMail('a@bar.example', 'b@foo.example', utf8Header)).toEqual([])
    expect(said()[0]).toBe('MAIL FROM:<a@bar.example> BODY=8BITMIME')
  })

  test('of a stream is for the caller to tell of', async () => {
    const { server, client } = await model()
    const message = new Blob([utf8Header]).stream()
    await client.deliver({ ...delivery, message, smtpUtf8: true, size: 20 })
    expect(told(server)).toEqual(['SIZE=20', 'SMTPUTF8', 'BODY=8BITMIME'])
    expect(server.violations).toEqual([])
  })
})

describe('the size of a stream', () => {
  test('that the server does not take is an error before MAIL, and the stream is let go', async () => {
    const { server, client } = await model({ extensions: { SIZE: 1000 } })
    const cancel = vi.fn()
    const message = new ReadableStream<Uint8Array>({ cancel })
    const error = await errorOf(client.deliver({ ...delivery, message, size: 1001 }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'size' })
    expect(error.message).toMatch(/1000.*1001/)
    expect(server.transactions).toEqual([])
    expect(cancel).toHaveBeenCalled()
  })
})

describe('a delivery is refused by the name of what is wrong with it', () => {
  const one = (options: object) => ({ to: { address: 'b@foo.example', ...options } })
  const second = (options: object) => ({ to: ['b@foo.example', { address: 'c@foo.example', ...options }] })

  test.each<[string, object]>([
    ['from', { from: 1 }],
    ['delivery', { nottify: [] }],
    ['to', { to: 5 }],
    ['to', { to: undefined }],
    ['to', { to: [] }],
    ['to[1]', { to: ['b@foo.example', 5] }],
    ['to[1]', { to: ['b@foo.example', 'c'] }],
    ['to', { to: 'c' }],
    ['to.address', { to: {} }],
    ['to[0].address', { to: [{ adress: 'b@foo.example' }] }],
    ['to.nottify', one({ nottify: ['NEVER'] })],
    ['to[1].nottify', second({ nottify: ['NEVER'] })],
    ['to.notify', one({ notify: 'NEVER' })],
    ['to[1].notify', second({ notify: ['NEVER', 'DELAY'] })],
    ['to[1].notify[0]', second({ notify: ['ALWAYS'] })],
    ['to[1].notify[0]', second({ notify: [1] })],
    ['to[1].orcpt', second({ orcpt: 5 })],
    ['to[1].orcpt', second({ orcpt: { type: 'rfc822' } })],
    ['to[1].orcpt.type', second({ orcpt: { type: 'rfc 822', address: 'a' } })],
    ['to[1].rrvs', second({ rrvs: 'soon' })],
    ['to[1].rrvs', second({ rrvs: 2014 })],
    ['to[1].conneg', second({ conneg: 1 })],
    ['to[1].rcptParameters', second({ rcptParameters: 'X-OWN' })],
    ['to[1].rcptParameters', second({ rcptParameters: ['X-OWN', 'x-own'] })],
    ['body', { body: '9BIT' }],
    ['body', { body: 8 }],
    ['size', { size: '12' }],
    ['size', { size: -1 }],
    ['smtpUtf8', { smtpUtf8: 'yes' }],
    ['submitter', { submitter: 'ann' }],
    ['ret', { ret: 'NONE' }],
    ['envid', { envid: 'a\nb' }],
    ['requireTls', { requireTls: 1 }],
    ['deliverBy', { deliverBy: 120 }],
    ['deliverBy.seconds', { deliverBy: { seconds: 0, mode: 'return' } }],
    ['deliverBy.mode', { deliverBy: { seconds: 0 } }],
    ['deliverBy.trase', { deliverBy: { seconds: 1, mode: 'return', trase: true } }],
    ['holdFor', { holdFor: 1, holdUntil: new Date() }],
    ['holdUntil', { holdUntil: 5 }],
    ['holdUntil', { holdUntil: '2030-02-30T00:00:00Z' }],
    ['mtPriority', { mtPriority: 10 }],
    ['mtrk', { mtrk: 'c2VjcmV0' }],
    ['mtrk.certifier', { mtrk: { certifier: 'c2VjcmV0' } }],
    ['mtrk', { mtrk: { certifier: Uint8Array.of(1) } }],
    ['mtrk.timeout', { mtrk: { certifier: Uint8Array.of(1), timeout: -1 } }],
    ['solicit', { solicit: 'org.example:ADV' }],
    ['solicit[0]', { solicit: ['9'] }],
    ['conperm', { conperm: 'yes' }],
    ['prdr', { prdr: 'yes' }],
    ['mailParameters', { mailParameters: 5 }],
    ['mailParameters', { mailParameters: new Map([['X-OWN', 1]]) }],
    ['mailParameters', { mailParameters: { 'X-OWN': false } }],
    ['mailParameters', { mailParameters: [1] }],
    ['mailParameters', { mailParameters: { 'X-OWN': 1, 'x-own': 2 } }],
    ['ifOffered', { ifOffered: 'DSN' }],
    ['ifOffered[0]', { ifOffered: ['DNS'] }],
  ])('%s: %j', async (field, wrong) => {
    const { client, said } = await smtp()
    const message = { [Symbol.asyncIterator]: vi.fn() }
    const given = { ...delivery, message, ...wrong } as unknown as Delivery
    const error = (await errorOf(client.deliver(given))) as InvalidArgumentError
    expect(error.code).toBe('INVALID_ARGUMENT')
    expect(error.field === field || error.message.startsWith(`nottify is not known in ${field}`)).toBe(true)
    // Nothing is begun for it: neither a transaction nor the message.
    expect(said()).toEqual([])
    expect(message[Symbol.asyncIterator]).not.toHaveBeenCalled()
  })

  test('and nothing that is no delivery is one', async () => {
    const { client } = await smtp()
    for (const wrong of [undefined, null, 5, 'a@bar.example', []]) {
      const error = errorOf(client.deliver(wrong as unknown as Delivery))
      expect(await error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
  })
})

test('what is left out may be undefined as well', async () => {
  const names = typedOptions.flatMap(({ verb, options }) => Object.keys(options).map((name) => [verb, name] as const))
  const of = (verb: string) =>
    Object.fromEntries(names.filter(([of]) => of === verb).map(([, name]) => [name, undefined]))
  const { server, client } = await model({ extensions: nothing })
  const to = { address: 'b@foo.example', ...of('RCPT'), rcptParameters: undefined }
  const report = await client.deliver({
    ...delivery,
    ...of('MAIL'),
    mailParameters: undefined,
    ifOffered: undefined,
    to,
  })
  expect(report).toMatchObject({ ok: true, dropped: [] })
  expect(told(server)).toEqual([])
})

test('options are of the recipient that they are given with, by position, whatever is left out', () => {
  const option = fc.constantFrom(undefined, ...typedOptions.filter(({ verb }) => verb === 'RCPT'))
  fc.assert(
    fc.property(fc.array(option, { minLength: 1, maxLength: 5 }), (options) => {
      const to = options.map((each, i) =>
        each === undefined ? `r${i}@foo.example` : { address: `r${i}@foo.example`, ...each.options },
      )
      const { addresses, envelope } = prepareDelivery({ ...delivery, to })
      expect(addresses).toEqual(options.map((_, i) => `r${i}@foo.example`))
      expect(envelope.to.map(({ mailbox }) => mailbox)).toEqual(addresses)
      expect(addresses.map((_, i) => envelope.recipientOptions[i])).toEqual(options.map((each) => each?.options))
    }),
  )
})

describe('a report', () => {
  test('names what was left out, and nothing where nothing was', () => {
    const recipients = [{ address: 'b@foo.example', status: 'notSent' }]
    expect(reportDelivery(['b@foo.example'], { outcomes: [] })).toEqual({ recipients, ok: false, dropped: [] })
    expect(reportDelivery([], { outcomes: [], dropped: ['DSN'] })).toMatchObject({ dropped: ['DSN'] })
  })
})
