import { decodeBase64, decodeXtext, type MailOptions, type RcptOptions } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeMailOptions,
  encodeRcptOptions,
  mailParameterTable,
  parameterExtensions,
  rcptParameterTable,
} from '../../src/wire/parameters/index.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const ascii = { smtpUtf8: false }
const utf8 = { smtpUtf8: true }

/** What one option of MAIL says. */
function mail(options: MailOptions, context = ascii): string {
  return written(encodeMailOptions(options, context))
}

function rcpt(options: RcptOptions, context = ascii): string {
  return written(encodeRcptOptions(options, 'to', context))
}

function written(requested: ReturnType<typeof encodeMailOptions>): string {
  return requested.map(({ keyword, value }) => (value === true ? keyword : `${keyword}=${value}`)).join(' ')
}

/** Callers without the compiler's help. */
const wrong = (options: object) => options as MailOptions & RcptOptions

test.each(Object.entries({ ...mailParameterTable, ...rcptParameterTable }))(
  'the parameter of the option %s is of a known extension',
  (_, { keyword }) => {
    expect(parameterExtensions(keyword, true)).toBeDefined()
  },
)

describe('an option of MAIL', () => {
  test.each<[MailOptions, string]>([
    [{}, ''],
    [{ size: 0 }, 'SIZE=0'],
    [{ size: 123_456_789_012 }, 'SIZE=123456789012'],
    [{ body: '7BIT' }, 'BODY=7BIT'],
    [{ body: 'BINARYMIME' }, 'BODY=BINARYMIME'],
    [{ smtpUtf8: true }, 'SMTPUTF8'],
    [{ submitter: '' }, 'AUTH=<>'],
    [{ submitter: '<>' }, 'AUTH=<>'],
    [{ submitter: 'e=mc2@example.com' }, 'AUTH=e+3Dmc2@example.com'],
    [{ submitter: '<ann@example.org>' }, 'AUTH=ann@example.org'],
    [{ submitter: '"a b"@example.org' }, 'AUTH="a+20b"@example.org'],
    [{ ret: 'HDRS', envid: 'QQ 314+159' }, 'RET=HDRS ENVID=QQ+20314+2B159'],
    [{ requireTls: true }, 'REQUIRETLS'],
    [{ deliverBy: { seconds: 120, mode: 'return' } }, 'BY=120;R'],
    [{ deliverBy: { seconds: -120, mode: 'notify', trace: true } }, 'BY=-120;NT'],
    [{ deliverBy: { seconds: 0, mode: 'notify', trace: false } }, 'BY=0;N'],
    [{ deliverBy: { seconds: 999_999_999, mode: 'return', trace: undefined } }, 'BY=999999999;R'],
    [{ holdFor: 1 }, 'HOLDFOR=1'],
    [{ holdFor: 999_999_999, holdUntil: undefined }, 'HOLDFOR=999999999'],
    [{ holdUntil: '2030-01-31T09:00:00Z' }, 'HOLDUNTIL=2030-01-31T09:00:00Z'],
    [{ holdUntil: new Date('2030-01-31T09:00:00.900Z') }, 'HOLDUNTIL=2030-01-31T09:00:00Z'],
    [{ mtPriority: -9 }, 'MT-PRIORITY=-9'],
    [{ mtPriority: 0 }, 'MT-PRIORITY=0'],
    [{ mtrk: { certifier: Uint8Array.of(1, 2, 3, 4) }, envid: 'x' }, 'MTRK=AQIDBA ENVID=x'],
    [{ mtrk: { certifier: Uint8Array.of(1, 2, 3), timeout: 0 }, envid: 'x' }, 'MTRK=AQID:0 ENVID=x'],
    [{ solicit: ['org.example:ADV:ADLT', 'net.example:ADV'] }, 'SOLICIT=org.example:ADV:ADLT,net.example:ADV'],
    [{ conperm: true, prdr: true }, 'CONPERM PRDR'],
    [{ smtpUtf8: false, requireTls: false, conperm: false, prdr: false, body: undefined, ret: undefined }, ''],
  ])('such as %j is %j', (options, said) => {
    expect(mail(options)).toBe(said)
  })

  test.each<[options: object, field: string, shown?: string]>([
    [{ size: -1 }, 'size', '-1'],
    [{ size: 1.5 }, 'size', '1.5'],
    [{ size: 2 ** 53 }, 'size', '9007199254740992'],
    [{ body: '8bitmime' }, 'body', '8bitmime'],
    [{ smtpUtf8: 1 }, 'smtpUtf8', '1'],
    [{ submitter: 'ann' }, 'submitter', 'ann'],
    [{ submitter: 'ä@example.org' }, 'submitter', 'ä@example.org'],
    [{ submitter: 'ann@example.org RET=FULL' }, 'submitter', 'example.org RET=FULL'],
    [{ ret: 'ALL' }, 'ret', 'ALL'],
    [{ envid: '' }, 'envid', "''"],
    [{ envid: 'a\r\nb' }, 'envid', 'a\\r\\nb'],
    [{ envid: 'ä' }, 'envid', 'ä'],
    [{ envid: 'x'.repeat(101) }, 'envid', 'xxx'],
    [{ envid: ' '.repeat(34) }, 'envid', '   '],
    [{ deliverBy: { seconds: 0, mode: 'return' } }, 'deliverBy.seconds', '0'],
    [{ deliverBy: { seconds: -1, mode: 'return' } }, 'deliverBy.seconds', '-1'],
    [{ deliverBy: { seconds: 1_000_000_000, mode: 'return' } }, 'deliverBy.seconds', '1000000000'],
    [{ deliverBy: { seconds: -1_000_000_000, mode: 'notify' } }, 'deliverBy.seconds', '-1000000000'],
    [{ deliverBy: { seconds: 0.5, mode: 'notify' } }, 'deliverBy.seconds', '0.5'],
    [{ deliverBy: { seconds: 1, mode: 'R' } }, 'deliverBy.mode', 'R'],
    [{ deliverBy: { seconds: 1, mode: 'return', trace: 'T' } }, 'deliverBy.trace', 'T'],
    [{ holdFor: 0 }, 'holdFor', '0'],
    [{ holdFor: 1_000_000_000 }, 'holdFor', '1000000000'],
    [{ holdFor: 1, holdUntil: '2030-01-31T09:00:00Z' }, 'holdFor'],
    [{ holdUntil: 'tomorrow' }, 'holdUntil', 'tomorrow'],
    [{ holdUntil: '2030-01-31T09:00:00+01:00' }, 'holdUntil', '2030-01-31T09:00:00+01:00'],
    [{ holdUntil: new Date(Number.NaN) }, 'holdUntil', 'Invalid Date'],
    [{ mtPriority: 10 }, 'mtPriority', '10'],
    [{ mtPriority: -10 }, 'mtPriority', '-10'],
    [{ mtPriority: '5' }, 'mtPriority', '5'],
    [{ mtrk: { certifier: new Uint8Array(0) } }, 'mtrk.certifier'],
    [{ mtrk: { certifier: 'c2VjcmV0' } }, 'mtrk.certifier'],
    [{ mtrk: { certifier: Uint8Array.of(1), timeout: -1 } }, 'mtrk.timeout', '-1'],
    [{ mtrk: { certifier: Uint8Array.of(1), timeout: 1_000_000_000 } }, 'mtrk.timeout', '1000000000'],
    [{ solicit: [] }, 'solicit'],
    [{ solicit: ['org.example:ADV', '9'] }, 'solicit[1]', '9'],
    [{ solicit: ['a b'] }, 'solicit[0]', 'a b'],
    [{ solicit: ['x'.repeat(500), 'y'.repeat(500)] }, 'solicit', 'xxx'],
  ])('is refused by the name of its field, and shown: case %#', (options, field, shown = '') => {
    const error = thrownBy(() => mail(wrong(options)))
    expect(error.field).toBe(field)
    expect(error.message).toContain(shown)
    expect(error.message).not.toContain('c2VjcmV0')
  })

  test('of the greatest length is taken', () => {
    expect(mail({ envid: 'x'.repeat(100) })).toHaveLength(106)
    expect(mail({ solicit: ['x'.repeat(500), 'y'.repeat(499)] })).toHaveLength(1008)
  })
})

describe('an option of RCPT', () => {
  test.each<[RcptOptions, string]>([
    [{}, ''],
    [{ notify: ['NEVER'] }, 'NOTIFY=NEVER'],
    [{ notify: ['SUCCESS', 'DELAY', 'FAILURE'] }, 'NOTIFY=SUCCESS,DELAY,FAILURE'],
    [{ orcpt: 'Carol+x@Ivory.EDU' }, 'ORCPT=rfc822;Carol+2Bx@Ivory.EDU'],
    [{ orcpt: { type: 'rfc822', address: 'a b' } }, 'ORCPT=rfc822;a+20b'],
    [{ orcpt: { type: 'X400', address: '/C=no/' } }, 'ORCPT=X400;/C+3Dno/'],
    [{ rrvs: '2014-04-03T23:01:00+02:00' }, 'RRVS=2014-04-03T23:01:00+02:00'],
    [{ rrvs: new Date('2014-04-03T23:01:00Z') }, 'RRVS=2014-04-03T23:01:00Z'],
    [{ rrvs: { since: '2014-04-03T23:01:00Z' } }, 'RRVS=2014-04-03T23:01:00Z'],
    [{ rrvs: { since: new Date('2014-04-03T23:01:00Z'), otherwise: 'R' } }, 'RRVS=2014-04-03T23:01:00Z;R'],
    [{ conneg: true }, 'CONNEG'],
    [{ conneg: false, notify: undefined }, ''],
  ])('such as %j is %j', (options, said) => {
    expect(rcpt(options)).toBe(said)
  })

  test.each<[options: object, field: string, shown?: string]>([
    [{ notify: [] }, 'to.notify'],
    [{ notify: ['NEVER', 'DELAY'] }, 'to.notify', 'NEVER,DELAY'],
    [{ notify: ['DELAY', 'DELAY'] }, 'to.notify', 'DELAY,DELAY'],
    [{ notify: ['DELAY', 'delay'] }, 'to.notify[1]', 'delay'],
    [{ orcpt: '' }, 'to.orcpt'],
    [{ orcpt: 'a\0b' }, 'to.orcpt', 'a\\0b'],
    [{ orcpt: 'ä\nb' }, 'to.orcpt', 'ä\\nb'],
    [{ orcpt: 'ä\ud800' }, 'to.orcpt'],
    [{ orcpt: 'ä\u2028' }, 'to.orcpt'],
    [{ orcpt: 'x'.repeat(494) }, 'to.orcpt', 'xxx'],
    [{ orcpt: 'ü'.repeat(100) }, 'to.orcpt', 'üüü'],
    [{ orcpt: { type: 'rfc822', address: 'ä' } }, 'to.orcpt.address', 'ä'],
    [{ orcpt: { type: 'utf-8', address: '' } }, 'to.orcpt.address'],
    [{ orcpt: { type: 'rfc 822', address: 'a' } }, 'to.orcpt.type', 'rfc 822'],
    [{ orcpt: { type: '', address: 'a' } }, 'to.orcpt.type'],
    [{ orcpt: { type: 'a;b', address: 'a' } }, 'to.orcpt.type', 'a;b'],
    [{ rrvs: '2014' }, 'to.rrvs', '2014'],
    [{ rrvs: { since: '2014' } }, 'to.rrvs.since', '2014'],
    [{ rrvs: { since: '2014-04-03T23:01:00Z', otherwise: 'X' } }, 'to.rrvs.otherwise', 'X'],
    [{ conneg: 'yes' }, 'to.conneg', 'yes'],
  ])('is refused by the name of its field, and shown: case %#', (options, field, shown = '') => {
    const error = thrownBy(() => rcpt(wrong(options)))
    expect(error.field).toBe(field)
    expect(error.message).toContain(shown)
  })

  test('of the greatest length is taken', () => {
    expect(rcpt({ orcpt: 'x'.repeat(493) })).toHaveLength('ORCPT='.length + 500)
  })
})

describe('ORCPT of an address beyond US-ASCII (RFC 6533)', () => {
  test.each([
    ['dän+x@straße.example', 'd\\x{E4}n\\x{2B}x@stra\\x{DF}e.example', 'dän\\x{2B}x@straße.example'],
    ['ü=\\ö', '\\x{FC}\\x{3D}\\x{5C}\\x{F6}', 'ü\\x{3D}\\x{5C}ö'],
    ['用户@例子.example', '\\x{7528}\\x{6237}@\\x{4F8B}\\x{5B50}.example', '用户@例子.example'],
    ['a\u3000ä 😀', 'a\\x{3000}\\x{E4}\\x{20}\\x{1F600}', 'a\\x{3000}ä\\x{20}😀'],
  ])('%j is %j, and with SMTPUTF8 %j', (orcpt, inAscii, inUtf8) => {
    expect(rcpt({ orcpt }, ascii)).toBe(`ORCPT=utf-8;${inAscii}`)
    expect(rcpt({ orcpt }, utf8)).toBe(`ORCPT=utf-8;${inUtf8}`)
  })

  test('is asked for by the type in any case, for US-ASCII too', () => {
    expect(rcpt({ orcpt: { type: 'UTF-8', address: 'a+b@c.example' } })).toBe('ORCPT=UTF-8;a\\x{2B}b@c.example')
  })
})

/** What RFC 3461 §4 lets a value stand for. */
const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
const some = printable.filter((text) => text !== '')
const value = (said: string) => said.slice(said.indexOf('=') + 1)

describe('what is encoded decodes to what was given:', () => {
  test('ENVID', () => {
    holds(
      fc.property(some, (envid) => {
        fc.pre(encodeURIComponent(envid).length <= 100)
        expect(decodeXtext(value(mail({ envid })))).toBe(envid)
      }),
    )
  })

  test('ORCPT in US-ASCII', () => {
    holds(
      fc.property(some, (address) => {
        const [, type, encoded] = /^ORCPT=([^;]+);(.*)$/.exec(rcpt({ orcpt: address })) ?? []
        expect([type, decodeXtext(encoded ?? '')]).toEqual(['rfc822', address])
      }),
    )
  })

  test('ORCPT beyond it, in a form that stands in an ESMTP value', () => {
    const character = fc.oneof(arbitraries.characterBeyondAscii, fc.constantFrom(...'ab+=\\{}@. '))
    const address = fc.string({ unit: character, minLength: 1, maxLength: 20 })
    holds(
      fc.property(address, fc.boolean(), (address, smtpUtf8) => {
        fc.pre(!/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(address))
        const encoded = value(rcpt({ orcpt: { type: 'utf-8', address } }, { smtpUtf8 })).replace(/^utf-8;/, '')
        expect(encoded).toMatch(smtpUtf8 ? /^[^\p{C}\p{Z}=+]+$/u : /^[!-*,-<>-~]+$/)
        const decoded = encoded.replace(/\\x\{([0-9A-F]{2,6})\}/g, (_, hex) => String.fromCodePoint(Number(`0x${hex}`)))
        expect(decoded).toBe(address)
      }),
    )
  })

  test('AUTH', () => {
    holds(
      fc.property(arbitraries.mailbox(), (submitter) => {
        const said = mail({ submitter })
        expect(said).toMatch(/^AUTH=[!-<>-~]+$/)
        expect(decodeXtext(value(said))).toBe(submitter)
      }),
    )
  })

  test('MTRK', () => {
    const certifier = fc.uint8Array({ minLength: 1, maxLength: 40 })
    holds(
      fc.property(certifier, fc.option(fc.nat(999_999_999), { nil: undefined }), (certifier, timeout) => {
        const said = value(mail({ mtrk: { certifier, timeout }, envid: 'x' }).replace(' ENVID=x', ''))
        const [encoded = '', rest] = said.split(':')
        expect(encoded).toMatch(/^[A-Za-z0-9+/]+$/)
        expect(decodeBase64(encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '='))).toEqual(certifier)
        expect(rest).toBe(timeout === undefined ? undefined : String(timeout))
      }),
    )
  })

  test('BY', () => {
    const seconds = fc.integer({ min: -999_999_999, max: 999_999_999 })
    holds(
      fc.property(seconds, fc.constantFrom('return', 'notify'), fc.boolean(), (seconds, mode, trace) => {
        fc.pre(mode === 'notify' || seconds > 0)
        const [, time, letter, traced] =
          /^BY=(-?\d+);([NR])(T?)$/.exec(mail({ deliverBy: { seconds, mode, trace } })) ?? []
        expect([Number(time), letter, traced]).toEqual([seconds, mode === 'return' ? 'R' : 'N', trace ? 'T' : ''])
      }),
    )
  })
})
