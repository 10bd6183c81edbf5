import type { EsmtpOptions } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { answering, errorOf, smtp } from './connected.ts'

const addresses: readonly [string, string][] = [
  ['a@b.example', '<a@b.example>'],
  ['<a@b.example>', '<a@b.example>'],
  ['Foo <a@b.example>', '<a@b.example>'],
  ['"Foo, B" (home) <a@b.example>', '<a@b.example>'],
  ['"a b"@b.example', '<"a b"@b.example>'],
  ['John', '<John>'],
  ['<John>', '<John>'],
  ['Postmaster', '<Postmaster>'],
  ['a@bücher.example', '<a@xn--bcher-kva.example>'],
]

const noAddresses = [
  'a@b.example> NOTIFY=NEVER',
  '<a@b.example> SIZE=1',
  '<a@b.example>,<c@d.example>',
  'a@b.example, c@d.example',
  'a@b.example>\r\nRCPT TO:<c@d.example',
  '<a@b.example',
  'a b@b.example',
  '@b.example',
  'a@',
  'Foo <>',
]

describe('mail', () => {
  test.each([['', '<>'], ['<>', '<>'], ...addresses])('of %j says MAIL FROM:%s', async (from, path) => {
    const { client, said } = await smtp()
    expect(await client.mail(from)).toMatchObject({ code: 250 })
    expect(said()).toEqual([`MAIL FROM:${path}`])
  })

  test.each(noAddresses)('of %j is refused, and nothing is sent', async (from) => {
    const { client, said } = await smtp()
    expect(await errorOf(client.mail(from))).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'from' })
    expect(said()).toEqual([])
    expect(await client.mail('a@b.example')).toMatchObject({ code: 250 })
  })

  test.each<[EsmtpOptions, string]>([
    [{}, ''],
    [[], ''],
    [{ SIZE: 12, BODY: '8BITMIME', RET: 'HDRS' }, ' SIZE=12 BODY=8BITMIME RET=HDRS'],
    [{ RET: 'HDRS', SIZE: 12 }, ' RET=HDRS SIZE=12'],
    [['BODY=7BIT', 'ENVID=x+3Dy'], ' BODY=7BIT ENVID=x+3Dy'],
    [{ size: 12, Smtputf8: true }, ' SIZE=12 SMTPUTF8'],
    [['x-own=Value', 'body=8bitmime'], ' X-OWN=Value BODY=8bitmime'],
  ])('sends parameters as %j in their order, keywords in capitals', async (parameters, written) => {
    const { client, said } = await smtp({ keywords: ['SIZE', '8BITMIME', 'SMTPUTF8', 'DSN'] })
    expect(await client.mail('a@b.example', parameters)).toMatchObject({ code: 250 })
    expect(said()).toEqual([`MAIL FROM:<a@b.example>${written}`])
  })

  test.each<[unknown, object]>([
    [['SIZE=1', 'size=2'], { field: 'parameters' }],
    [{ SIZE: 1, size: 2 }, { field: 'parameters' }],
    [['X-OWN='], { field: 'parameters.X-OWN' }],
    [['X-OWN=a b'], { field: 'parameters.X-OWN' }],
    [['X-OWN=a=b'], { field: 'parameters.X-OWN' }],
    [{ 'X-OWN': 'a\r\nRSET' }, { field: 'parameters.X-OWN' }],
    [{ 'X OWN': true }, { field: 'parameters' }],
    [{ SIZE: 1.5 }, { field: 'parameters.SIZE' }],
    [['SIZE=1\r\nRSET'], { field: 'parameters' }],
    ['SIZE=1', { field: 'parameters' }],
    [{ SMTPUTF8: false }, { field: 'parameters' }],
    [null, { field: 'parameters' }],
    [[7], { field: 'parameters' }],
    [{ NOTIFY: 'NEVER' }, { extension: 'DSN' }],
    [{ SMTPUTF8: true }, { extension: 'SMTPUTF8' }],
  ])('refuses parameters as %j, and nothing is sent', async (parameters, error) => {
    const { client, said } = await smtp()
    expect(await errorOf(client.mail('a@b.example', parameters as never))).toMatchObject(error)
    expect(said()).toEqual([])
    expect(await client.mail('a@b.example')).toMatchObject({ code: 250 })
  })

  test('of an address beyond US-ASCII goes as it is where SMTPUTF8 is asked for', async () => {
    const { client, said } = await smtp({ keywords: ['SMTPUTF8'] })
    await client.mail('ä@bücher.example', ['SMTPUTF8'])
    await client.rcpt('Ü <ü@foo.example>')
    expect(said().map((line) => Buffer.from(line, 'latin1').toString())).toEqual([
      'MAIL FROM:<ä@bücher.example> SMTPUTF8',
      'RCPT TO:<ü@foo.example>',
    ])
    await client.rset()
    expect(await errorOf(client.mail('ä@foo.example'))).toMatchObject({ field: 'from' })
  })

  test('amid a transaction is a mistake of the caller’s, which changes nothing', async () => {
    const { client, said } = await smtp()
    await client.mail('a@b.example')
    expect(await errorOf(client.mail('a@b.example'))).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'mail' })
    await client.rset()
    expect(await client.mail('')).toMatchObject({ code: 250 })
    expect(said()).toEqual(['MAIL FROM:<a@b.example>', 'RSET', 'MAIL FROM:<>'])
  })
})

describe('a session that was greeted with HELO', () => {
  const helo = () => smtp({ answer: answering({ EHLO: '502 what' }) })

  test('is not told the parameters that it can do without', async () => {
    const { client, said } = await helo()
    const parameters = ['SIZE=1', 'BODY=8BITMIME', 'AUTH=<>', 'RET=FULL', 'ENVID=x']
    expect(await client.mail('a@b.example', parameters)).toMatchObject({ code: 250 })
    expect(await client.rcpt('c@d.example', { NOTIFY: 'NEVER', ORCPT: 'rfc822;x' })).toMatchObject({ code: 250 })
    expect(said()).toEqual(['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'])
  })

  test.each([
    [{ SMTPUTF8: true }, 'SMTPUTF8'],
    [{ requiretls: true }, 'REQUIRETLS'],
    [{ body: 'binarymime' }, 'BINARYMIME'],
    [{ SIZE: 1, 'X-OWN': 'y' }, 'X-OWN'],
  ] as const)('is not sent what needs %j', async (parameters, extension) => {
    const { client, said } = await helo()
    const expected = { code: 'NOT_SUPPORTED', extension }
    expect(await errorOf(client.mail('a@b.example', parameters as EsmtpOptions))).toMatchObject(expected)
    expect(said()).toEqual([])
    await client.mail('a@b.example')
    expect(await errorOf(client.rcpt('a@b.example', parameters as EsmtpOptions))).toMatchObject(expected)
    expect(said()).toEqual(['MAIL FROM:<a@b.example>'])
  })
})

describe('rcpt', () => {
  test.each(addresses)('of %j says RCPT TO:%s', async (to, path) => {
    const { client, said } = await smtp()
    await client.mail('')
    expect(await client.rcpt(to)).toMatchObject({ code: 250 })
    expect(said()).toEqual(['MAIL FROM:<>', `RCPT TO:${path}`])
  })

  test.each(['', '<>', ...noAddresses])('of %j is refused, and nothing is sent', async (to) => {
    const { client, said } = await smtp()
    await client.mail('')
    expect(await errorOf(client.rcpt(to))).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'to' })
    expect(said()).toEqual(['MAIL FROM:<>'])
  })

  test.each([250, 251, 252, 450, 550])('returns a %i as it is, and the next goes out', async (code) => {
    const { client, said } = await smtp({ keywords: ['DSN'], answer: answering({ 'RCPT TO:<b': `${code} x` }) })
    await client.mail('')
    expect(await client.rcpt('b@c.example')).toMatchObject({ code })
    expect(await client.rcpt('d@e.example', ['notify=SUCCESS,DELAY'])).toMatchObject({ code: 250 })
    expect(said().slice(1)).toEqual(['RCPT TO:<b@c.example>', 'RCPT TO:<d@e.example> NOTIFY=SUCCESS,DELAY'])
  })

  test('outside a transaction is a mistake of the caller’s', async () => {
    const { client, said } = await smtp({ answer: answering({ MAIL: '550 no' }) })
    expect(await errorOf(client.rcpt('b@c.example'))).toMatchObject({ code: 'LOCAL_PROTOCOL', command: 'RCPT' })
    await client.mail('a@b.example')
    expect(await errorOf(client.rcpt('b@c.example'))).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'ready' })
    expect(said()).toEqual(['MAIL FROM:<a@b.example>'])
  })
})
