import type { MailOptions, RcptOptions } from '@sansmtp/core'
import { arbitraries, type Extensions, ServerConnection } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const xtext = (text: string) =>
  text.replace(/[^!-*,-<>-~]/g, (each) => `+${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
const timeOf = (time: Date | string) => (typeof time === 'string' ? time : time.toISOString())

type Spelling<Options> = { readonly [Name in keyof Options]?: (value: NonNullable<Options[Name]>) => string }

/** How each option is said, by hand, so that no encoder's mistakes are shared. */
const mail: Spelling<MailOptions> = {
  body: (body) => `BODY=${body}`,
  smtpUtf8: () => 'SMTPUTF8',
  submitter: (submitter) => `AUTH=${submitter === '' ? '<>' : xtext(submitter)}`,
  ret: (ret) => `RET=${ret}`,
  envid: (envid) => `ENVID=${xtext(envid)}`,
  requireTls: () => 'REQUIRETLS',
  deliverBy: ({ seconds, mode, trace }) => `BY=${seconds};${mode === 'return' ? 'R' : 'N'}${trace ? 'T' : ''}`,
  holdFor: (seconds) => `HOLDFOR=${seconds}`,
  holdUntil: (time) => `HOLDUNTIL=${timeOf(time)}`,
  mtPriority: (priority) => `MT-PRIORITY=${priority}`,
  mtrk: ({ certifier, timeout }) =>
    `MTRK=${Buffer.from(certifier).toString('base64').replace(/=+$/, '')}${timeout === undefined ? '' : `:${timeout}`}`,
  solicit: (keywords) => `SOLICIT=${keywords.join(',')}`,
  conperm: () => 'CONPERM',
  prdr: () => 'PRDR',
}

const rcpt: Spelling<RcptOptions> = {
  notify: (events) => `NOTIFY=${events.join(',')}`,
  orcpt: (given) =>
    typeof given === 'string' ? `ORCPT=rfc822;${xtext(given)}` : `ORCPT=${given.type};${xtext(given.address)}`,
  rrvs: (given) => {
    const { since, otherwise = '' } = typeof given === 'object' && 'since' in given ? given : { since: given }
    return `RRVS=${timeOf(since)}${otherwise === '' ? '' : `;${otherwise}`}`
  },
  conneg: () => 'CONNEG',
}

function parametersOf<Options extends object>(options: Options, spelling: Spelling<Options>): string {
  return (Object.keys(options) as (keyof Options)[])
    .filter((name) => spelling[name] !== undefined)
    .map((name) => ` ${spelling[name]?.(options[name] as never)}`)
    .join('')
}

const everything: Extensions = {
  ...Object.fromEntries(
    ['REQUIRETLS', 'DELIVERBY', 'FUTURERELEASE', 'MT-PRIORITY', 'MTRK', 'NO-SOLICITING', 'CONPERM', 'PRDR', 'RRVS'].map(
      (keyword) => [keyword, true],
    ),
  ),
  CONNEG: true,
  AUTH: ['PLAIN'],
}

/** The codes of the replies to a delivery, and what is held against it. */
function submit({ from, to, message, ...options }: arbitraries.DeliveryExample, extensions: Extensions) {
  const server = new ServerConnection({ secure: true, extensions })
  let said = ''
  const send = (bytes: Uint8Array) => {
    server.receiveBytes(bytes)
    for (let output = server.nextOutput(); output; output = server.nextOutput()) {
      if (output.type === 'SendBytes') said += Buffer.from(output.bytes).toString()
    }
  }
  const say = (line: string) => send(Buffer.from(`${line}\r\n`))
  send(new Uint8Array(0))
  say('EHLO client.example')
  said = ''
  // What body a message has that does not say is for the client to find out.
  const body = options.body === undefined && message.some((octet) => octet > 127) ? ' BODY=8BITMIME' : ''
  say(`MAIL FROM:<${from}>${parametersOf(options, mail)}${body}`)
  for (const each of to) {
    const { address, ...asked } = typeof each === 'string' ? { address: each } : each
    say(`RCPT TO:<${address}>${parametersOf(asked, rcpt)}`)
  }
  say(`BDAT ${message.length} LAST`)
  send(message)
  return { server, refusals: said.split('\r\n').filter((line) => /^[45]/.test(line)) }
}

const usual = ['8BITMIME', 'SMTPUTF8', 'DSN', 'BINARYMIME']

describe('deliveries', () => {
  test.each<[string, readonly string[] | undefined, Extensions]>([
    ['of every kind', undefined, everything],
    ['with what is usual', usual, {}],
    ['with nothing', [], { '8BITMIME': false, DSN: false, CHUNKING: true, BINARYMIME: false }],
    ['with message tracking', ['DSN', 'MTRK', '8BITMIME'], { MTRK: true }],
  ])('%s are refused for nothing, and break no rule', (_, chosen, extensions) => {
    fc.assert(
      fc.property(arbitraries.delivery(chosen === undefined ? {} : { extensions: chosen }), (delivery) => {
        const { server, refusals } = submit(delivery, extensions)
        expect(refusals).toEqual([])
        expect(server.violations.filter(({ code }) => code !== 'NO_QUIT')).toEqual([])
        expect(server.messages).toMatchObject([{ from: delivery.from, content: delivery.message }])
      }),
    )
  })

  test('come in lists, of which some are empty and some are long', () => {
    const lengths = fc
      .sample(arbitraries.deliveries({ maxDeliveries: 4 }), { numRuns: 200, seed: 1 })
      .map(({ length }) => length)
    expect(new Set(lengths)).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  test('have up to so many recipients, some alike, some with options', () => {
    const examples = fc.sample(arbitraries.delivery({ maxRecipients: 2 }), { numRuns: 300, seed: 1 })
    expect(Math.max(...examples.map(({ to }) => to.length))).toBe(2)
    expect(Math.min(...examples.map(({ to }) => to.length))).toBe(1)
    expect(examples.some(({ to: [one, other] }) => one === other)).toBe(true)
    expect(examples.some(({ to }) => to.some((each) => typeof each === 'object' && Object.keys(each).length > 1))).toBe(
      true,
    )
  })

  test('shrink to next to nothing', () => {
    const [failure] =
      fc.check(
        fc.property(arbitraries.delivery(), () => false),
        { seed: 1 },
      ).counterexample ?? []
    expect(Object.keys(failure ?? {}).sort()).toEqual(['from', 'message', 'to'])
  })
})

describe('options', () => {
  const every = <T extends object>(arbitrary: fc.Arbitrary<T>) => {
    const names = fc.sample(arbitrary, { numRuns: 500, seed: 1 }).flatMap((options) => Object.keys(options))
    return [...new Set(names)].sort()
  }

  test('of a delivery come all, or those of the extensions that are named', () => {
    expect(every(arbitraries.deliveryOptions())).toEqual(Object.keys(mail).sort())
    expect(every(arbitraries.deliveryOptions({ extensions: ['DSN', 'X'] }))).toEqual(['envid', 'ret'])
    expect(every(arbitraries.deliveryOptions({ extensions: [] }))).toEqual([])
  })

  test('of a recipient come all, or those of the extensions that are named', () => {
    expect(every(arbitraries.recipientOptions())).toEqual(Object.keys(rcpt).sort())
    expect(every(arbitraries.recipientOptions({ extensions: ['RRVS'] }))).toEqual(['rrvs'])
  })
})
