import {
  type Envelope,
  type MailOptions,
  type Parameters,
  parseRecipient,
  parseSender,
  type RcptOptions,
} from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Announcement } from '../../src/session/announcement.ts'
import { mailParameterTable, rcptParameterTable } from '../../src/wire/parameters/index.ts'
import { holds } from '../wire/holds.ts'
import { announced, errorOf, mailOf, notOffering, offering, words } from './announced.ts'
import { type TypedOption, typedOptions } from './typed-options.ts'

function given({ verb, options }: TypedOption, ifOffered: readonly string[] = []): Partial<Envelope> {
  return verb === 'MAIL'
    ? { options: { ...options, ifOffered } }
    : { options: { ifOffered }, recipientOptions: [options] }
}

function said({ verb }: TypedOption, { mail, rcpt }: Announcement): string {
  return words(verb === 'MAIL' ? mail : rcpt[0])
}

describe.each(typedOptions)('$name of $extension, as $said', (option) => {
  const { extension, droppable } = option
  const field = option.verb === 'MAIL' ? option.name : `to.${option.name}`

  test('is said where it is offered, and nothing besides', () => {
    const announcement = announced(given(option), offering(extension))
    expect(said(option, announcement)).toBe(option.said)
    expect(announcement.dropped).toEqual([])
  })

  test('is an error that names the extension, the option and the way out where it is not', () => {
    for (const standing of notOffering) {
      const error = errorOf(() => announced(given(option), standing))
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension })
      expect(error.message).toContain(`${field} needs`)
      expect(error.message).toContain(`name ${extension} in ifOffered`)
    }
  })

  test('is left out and named once where it is not, if the caller can do without', () => {
    for (const standing of notOffering) {
      for (const names of [droppable, droppable.map((name) => name.toLowerCase())]) {
        const announcement = announced(given(option, [...names, 'AUTH', 'prdr']), standing)
        expect(said(option, announcement)).toBe('')
        expect(announcement.dropped).toEqual(droppable)
      }
    }
  })

  test('is said where it is offered, also if the caller can do without', () => {
    const announcement = announced(given(option, [extension]), offering(extension))
    expect(said(option, announcement)).toBe(option.said)
    expect(announcement.dropped).toEqual([])
  })

  test('can be given as it goes out instead, but not as well', () => {
    const [own = ''] = option.said.split(' ')
    const [keyword = '', value = true] = own.split('=')
    const raw: Parameters = { [keyword.toLowerCase()]: value as string | true }
    const rawGiven: Partial<Envelope> =
      option.verb === 'MAIL' ? { options: { mailParameters: raw } } : { recipientOptions: [{ rcptParameters: raw }] }
    expect(said(option, announced(rawGiven, offering(extension)))).toBe(own)
    const both: Partial<Envelope> =
      option.verb === 'MAIL'
        ? { options: { ...option.options, mailParameters: raw } }
        : { recipientOptions: [{ ...option.options, rcptParameters: raw }] }
    const path = option.verb === 'MAIL' ? `mailParameters.${keyword}` : `to.rcptParameters.${keyword}`
    expect(errorOf(() => announced(both, offering(extension)))).toMatchObject({ code: 'INVALID_ARGUMENT', field: path })
  })
})

test('every row of the tables is walked', () => {
  const rows = [...Object.keys(mailParameterTable), ...Object.keys(rcptParameterTable)]
  expect(new Set(typedOptions.map(({ name }) => name))).toEqual(new Set(rows.filter((name) => name !== 'size')))
})

test('whatever is asked for is said, dropped or an error, whatever is offered', () => {
  const subset = <T>(all: readonly T[]) => fc.subarray([...all])
  // Those that neither need nor exclude another.
  const options = typedOptions.filter(({ said }) => !/^(?:HOLDUNTIL|BODY=7BIT|MTRK)/.test(said))
  const extensions = [...new Set(options.map(({ extension }) => extension))]
  holds(
    fc.property(subset(options), subset(extensions), subset(extensions), (asked, offered, ifOffered) => {
      const mail = Object.assign(
        { ifOffered },
        ...asked.filter(({ verb }) => verb === 'MAIL').map(({ options }) => options),
      )
      const rcpt = Object.assign({}, ...asked.filter(({ verb }) => verb === 'RCPT').map(({ options }) => options))
      const lacking = asked.filter(({ extension }) => !offered.includes(extension))
      const call = () => announced({ options: mail, recipientOptions: [rcpt] }, offering(...offered))
      if (lacking.some(({ extension }) => !ifOffered.includes(extension))) {
        expect(lacking.map(({ extension }) => extension)).toContain(errorOf(call).extension)
        return
      }
      const { dropped, ...rest } = call()
      expect(new Set(dropped)).toEqual(new Set(lacking.map(({ extension }) => extension)))
      expect(dropped).toHaveLength(new Set(dropped).size)
      const told = `${words(rest.mail)} ${words(rest.rcpt[0])}`.split(' ').filter((word) => word !== '')
      const expected = asked.filter((option) => !lacking.includes(option)).map(({ said }) => said)
      expect(new Set(told)).toEqual(new Set(expected))
    }),
  )
})

describe('recipients', () => {
  const to = ['b@foo.example', 'c@foo.example', 'd@foo.example'].map((each) => parseRecipient(each))

  test('have options by position', () => {
    const recipientOptions: (RcptOptions | undefined)[] = [
      { notify: ['NEVER'] },
      undefined,
      { orcpt: 'x', rcptParameters: ['X-OWN=y'] },
    ]
    const { rcpt } = announced({ to, recipientOptions }, offering('DSN'))
    expect(rcpt.map(words)).toEqual(['NOTIFY=NEVER', '', 'ORCPT=rfc822;x X-OWN=y'])
  })

  test('may have none, or be more than there are options', () => {
    expect(announced({ to }, offering('DSN')).rcpt).toEqual([{}, {}, {}])
    const { rcpt } = announced({ to, recipientOptions: [{ notify: ['NEVER'] }] }, offering('DSN'))
    expect(rcpt.map(words)).toEqual(['NOTIFY=NEVER', '', ''])
  })

  test('are named in errors by position', () => {
    const malformed = { to, recipientOptions: [undefined, { notify: ['NEVER', 'DELAY'] as const }] }
    expect(errorOf(() => announced(malformed, offering('DSN')))).toMatchObject({ field: 'to[1].notify' })
    const lacking = { to, recipientOptions: [undefined, undefined, { conneg: true }] }
    expect(errorOf(() => announced(lacking, offering('DSN'))).message).toContain('to[2].conneg')
    const twice = { to, recipientOptions: [{ rcptParameters: ['X-OWN=1', 'x-own=2'] }] }
    expect(errorOf(() => announced(twice, offering('DSN')))).toMatchObject({ field: 'to[0].rcptParameters' })
  })

  test('beyond US-ASCII are named by ORCPT as they are with SMTPUTF8, and escaped without', () => {
    const recipientOptions = [{ orcpt: 'ü@foo.example' }]
    const escaped = 'ORCPT=utf-8;\\x{FC}@foo.example'
    expect(words(announced({ recipientOptions }, offering('DSN')).rcpt[0])).toBe(escaped)
    expect(words(announced({ recipientOptions }, offering('DSN', 'SMTPUTF8')).rcpt[0])).toBe(escaped)
    const utf8 = { recipientOptions, options: { smtpUtf8: true, ifOffered: ['SMTPUTF8'] } }
    expect(words(announced(utf8, offering('DSN', 'SMTPUTF8')).rcpt[0])).toBe('ORCPT=utf-8;ü@foo.example')
    expect(words(announced(utf8, offering('DSN')).rcpt[0])).toBe(escaped)
    for (const more of [
      { from: parseSender('ü@foo.example') },
      { options: { mailParameters: ['smtputf8'] } },
      { mailParameters: { SMTPUTF8: true as const } },
      { eightBit: true, eightBitHeader: true },
    ]) {
      const { rcpt } = announced({ recipientOptions, ...more }, offering('DSN', 'SMTPUTF8', '8BITMIME'))
      expect(words(rcpt[0])).toBe('ORCPT=utf-8;ü@foo.example')
    }
  })
})

describe('options that depend on one another', () => {
  test.each<[MailOptions, string]>([
    [{ mtrk: { certifier: Uint8Array.of(1) } }, 'mtrk'],
    [{ holdFor: 1, holdUntil: '2030-01-31T09:00:00Z' }, 'holdFor'],
    [{ holdFor: 61, deliverBy: { seconds: 60, mode: 'notify' } }, 'holdFor'],
    [{ holdFor: 1, deliverBy: { seconds: -1, mode: 'notify' } }, 'holdFor'],
  ])('are refused where they contradict each other: %j', (options, field) => {
    const standing = offering('MTRK', 'FUTURERELEASE', 'DELIVERBY')
    expect(errorOf(() => mailOf(options, standing))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })

  test('are taken where they do not', () => {
    const options: MailOptions = { holdFor: 60, deliverBy: { seconds: 60, mode: 'return' } }
    expect(mailOf(options, offering('FUTURERELEASE', 'DELIVERBY'))).toBe('BY=60;R HOLDFOR=60')
  })

  test('come with either extension: ENVID and ORCPT with DSN or MTRK', () => {
    for (const keyword of ['DSN', 'MTRK']) {
      const { mail, rcpt } = announced(
        { options: { envid: 'x' }, recipientOptions: [{ orcpt: 'y' }] },
        offering(keyword),
      )
      expect([words(mail), words(rcpt[0])]).toEqual(['ENVID=x', 'ORCPT=rfc822;y'])
    }
    expect(errorOf(() => mailOf({ ret: 'FULL' }, offering('MTRK')))).toMatchObject({ extension: 'DSN' })
  })
})
