import type { Extensions, ServerConnectionOptions } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

interface Case {
  readonly offered: Extensions
  readonly parameters: string
  /** Of the reply, with its enhanced code where it is a refusal. */
  readonly reply: string
  readonly violation?: string
}

const release = ['3600', '2030-06-01T12:00:00Z']

const cases: readonly Case[] = [
  { offered: { DELIVERBY: 60 }, parameters: 'BY=60;R', reply: '250' },
  { offered: { DELIVERBY: 60 }, parameters: 'BY=59;R', reply: '555 5.5.4', violation: 'LIMIT_EXCEEDED' },
  { offered: { DELIVERBY: 60 }, parameters: 'BY=+59;rt', reply: '555 5.5.4', violation: 'LIMIT_EXCEEDED' },
  { offered: { DELIVERBY: 60 }, parameters: 'BY=1;N', reply: '250' },
  { offered: { DELIVERBY: true }, parameters: 'BY=1;R', reply: '250' },
  { offered: { FUTURERELEASE: release }, parameters: 'HOLDFOR=3600', reply: '250' },
  { offered: { FUTURERELEASE: release }, parameters: 'HOLDFOR=3601', reply: '501 5.5.4', violation: 'LIMIT_EXCEEDED' },
  { offered: { FUTURERELEASE: release }, parameters: 'HOLDUNTIL=2030-06-01T12:00:00.0Z', reply: '250' },
  {
    offered: { FUTURERELEASE: release.join(' ') },
    parameters: 'HOLDUNTIL=2030-06-01T12:00:01Z',
    reply: '501 5.5.4',
    violation: 'LIMIT_EXCEEDED',
  },
  {
    offered: { FUTURERELEASE: true },
    parameters: 'HOLDFOR=1 HOLDUNTIL=2030-06-01T12:00:00Z',
    reply: '501 5.5.4',
    violation: 'PARAMETER_SYNTAX',
  },
  {
    offered: { FUTURERELEASE: true, DELIVERBY: true },
    parameters: 'HOLDFOR=61 BY=60;N',
    reply: '501 5.5.4',
    violation: 'PARAMETER_SYNTAX',
  },
  { offered: { FUTURERELEASE: true, DELIVERBY: true }, parameters: 'HOLDFOR=60 BY=60;N', reply: '250' },
  {
    offered: { FUTURERELEASE: true, DELIVERBY: true },
    parameters: 'HOLDFOR=1 BY=-5;N',
    reply: '501 5.5.4',
    violation: 'PARAMETER_SYNTAX',
  },
  { offered: { FUTURERELEASE: true, DELIVERBY: true }, parameters: 'HOLDFOR=60 BY=+60;R', reply: '250' },
  { offered: { FUTURERELEASE: ['x3600', '2030-06-01T12:00:00Z'] }, parameters: 'HOLDFOR=9999', reply: '250' },
  { offered: { DELIVERBY: '60x' }, parameters: 'BY=1;R', reply: '250' },
  { offered: { DELIVERBY: 'x60' }, parameters: 'BY=1;R', reply: '250' },
  { offered: { MTRK: true }, parameters: 'MTRK=QUJD:60 ENVID=a@b', reply: '250' },
  { offered: { MTRK: true, DSN: false }, parameters: 'ENVID=a@b MTRK=QUI', reply: '250' },
  { offered: { MTRK: true }, parameters: 'MTRK=QUJD', reply: '501 5.5.4', violation: 'PARAMETER_SYNTAX' },
  { offered: { MTRK: true }, parameters: 'MTRK=:60 ENVID=x', reply: '501 5.5.4', violation: 'PARAMETER_SYNTAX' },
  { offered: { MTRK: true }, parameters: 'MTRK=QUI= ENVID=x', reply: '501 5.5.4', violation: 'PARAMETER_SYNTAX' },
  { offered: {}, parameters: 'MTRK=QUJD ENVID=x', reply: '555 5.5.4', violation: 'EXTENSION_NOT_OFFERED' },
  { offered: { 'NO-SOLICITING': 'net.example:ADV,a' }, parameters: 'SOLICIT=org.example:ADV', reply: '250' },
  { offered: { 'NO-SOLICITING': 'net.example:ADV,a' }, parameters: 'SOLICIT=x,a', reply: '550 5.7.1' },
  { offered: { 'NO-SOLICITING': true }, parameters: `SOLICIT=${'x'.repeat(1000)}`, reply: '250' },
  {
    offered: { 'NO-SOLICITING': true },
    parameters: `SOLICIT=${'x'.repeat(1001)}`,
    reply: '501 5.5.4',
    violation: 'PARAMETER_SYNTAX',
  },
  { offered: { REQUIRETLS: true }, parameters: 'REQUIRETLS', reply: '530 5.7.10', violation: 'REQUIRETLS_WITHOUT_TLS' },
  { offered: { REQUIRETLS: true }, parameters: 'REQUIRETLS=1', reply: '501 5.5.4', violation: 'PARAMETER_SYNTAX' },
  { offered: {}, parameters: 'REQUIRETLS', reply: '555 5.5.4', violation: 'EXTENSION_NOT_OFFERED' },
  {
    offered: { BINARYMIME: false },
    parameters: 'BODY=BINARYMIME',
    reply: '555 5.5.4',
    violation: 'EXTENSION_NOT_OFFERED',
  },
  { offered: { SIZE: 10 }, parameters: 'SIZE=10', reply: '250' },
  { offered: { SIZE: 10 }, parameters: 'SIZE=11', reply: '552 5.3.4', violation: 'SIZE_EXCEEDED' },
]

test.each(cases)('$parameters where $offered is offered: $reply', ({ offered, parameters, reply, violation }) => {
  const conversation = session({ extensions: offered })
  const [line = ''] = conversation.say(`MAIL FROM:<a@b.example> ${parameters}`)
  expect(line.slice(0, reply.length)).toBe(reply)
  expect(conversation.violations).toEqual(violation === undefined ? [] : [violation])
})

test('HOLDUNTIL is compared with the last time, wherever that is told from', () => {
  const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2020, 11, 31) })
  const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })
  fc.assert(
    fc.property(
      instant,
      fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 2 }), instant),
      offset,
      (last, by, minutes) => {
        const time = by < Date.UTC(2020, 0, 1) ? last + by : by
        const away = Math.abs(minutes)
        const zone = [Math.floor(away / 60), away % 60].map((number) => String(number).padStart(2, '0')).join(':')
        const local = new Date(last + minutes * 60_000).toISOString().replace('Z', (minutes < 0 ? '-' : '+') + zone)
        const conversation = session({ extensions: { FUTURERELEASE: ['1', local] } })
        const line = `MAIL FROM:<a@b.example> HOLDUNTIL=${new Date(time).toISOString()}`
        expect(conversation.codes(line)).toEqual([time > last ? 501 : 250])
      },
    ),
  )
})

test.each([
  ...['2014-04-03T23:59:60Z', '2014-04-03T00:00:00.123456+23:59', '0000-02-29T00:00:00-00:00', '2014-12-31t23:00:00z'],
  ...['2014-04-03T23:60:00Z', '2014-04-03T23:00:61Z', '2014-04-03T23:00:00+00:60', '2014-00-01T00:00:00Z'],
  ...['2014-01-00T00:00:00Z', '2015-02-29T00:00:00Z', '2014-01-32T00:00:00Z'],
])('RRVS takes %s if there was such a time', (time) => {
  const conversation = session({ extensions: { RRVS: true } })
  conversation.say('MAIL FROM:<a@b.example>')
  const there = /23:59:60|23:59$|0000|t/.test(time)
  expect(conversation.codes(`RCPT TO:<c@d.example> RRVS=${time}`)).toEqual([there ? 250 : 501])
})

describe('REQUIRETLS (RFC 8689)', () => {
  test.each<[string, ServerConnectionOptions, readonly string[]]>([
    ['from the start', { secure: true }, []],
    ['by STARTTLS', {}, ['STARTTLS']],
  ])('is taken where TLS stands %s', (_, options, lines) => {
    const conversation = session({ extensions: { REQUIRETLS: true }, ...options })
    conversation.say(...lines)
    if (lines.length > 0) conversation.server.tlsEstablished()
    expect(conversation.codes('EHLO a.example', 'MAIL FROM:<a@b.example> REQUIRETLS')).toEqual([250, 250])
    expect(conversation.violations).toEqual([])
  })
})

test('ORCPT comes with MTRK as well (RFC 3885 §2)', () => {
  const conversation = session({ extensions: { MTRK: true, DSN: false } })
  conversation.say('MAIL FROM:<a@b.example>')
  expect(
    conversation.codes('RCPT TO:<c@d.example> ORCPT=rfc822;c@d.example', 'RCPT TO:<c@d.example> NOTIFY=NEVER'),
  ).toEqual([250, 555])
})
