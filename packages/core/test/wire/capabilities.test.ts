import { Capabilities, encodeUtf8, type Reply } from '@sansmtp/core'
import { arbitraries, chunkings } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { decoded } from './decoded.ts'
import { holds } from './holds.ts'

function replyOf(lines: readonly string[]): Reply {
  const text = lines.map((line, i) => `250${i < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('')
  const [reply] = decoded([encodeUtf8(text)], {
    maxLineLength: Number.MAX_SAFE_INTEGER,
    maxReplyLines: Number.MAX_SAFE_INTEGER,
    maxReplyLength: Number.MAX_SAFE_INTEGER,
  }).replies
  if (reply === undefined) throw new Error('the lines are no reply')
  return reply
}

function offered(...lines: readonly string[]): Capabilities {
  return Capabilities.fromReply(replyOf(['mx.example.org', ...lines]))
}

describe('capabilities', () => {
  test('are read the same however the reply is split', () => {
    const text = '250-mx.example.org\r\n250-SIZE 1000\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n'
    for (const chunks of chunkings(encodeUtf8(text))) {
      const [reply] = decoded(chunks).replies
      expect(Capabilities.fromReply(reply as Reply).toJSON()).toEqual({
        SIZE: ['1000'],
        STARTTLS: [],
        AUTH: ['PLAIN', 'LOGIN'],
      })
    }
  })

  test('are compared without case', () => {
    const capabilities = offered('Pipelining', 'sIzE 10')
    expect(['PIPELINING', 'pipelining', 'SIZE', 'Size'].map((keyword) => capabilities.has(keyword))).toEqual(
      Array(4).fill(true),
    )
    expect(capabilities.keywords).toEqual(['PIPELINING', 'SIZE'])
  })

  test('are compared as US-ASCII: letters that only Unicode takes for the same are others', () => {
    const capabilities = offered('ſtarttls', 'pıpelining', 'AUTH plaın')
    expect([capabilities.has('STARTTLS'), capabilities.has('PIPELINING')]).toEqual([false, false])
    expect(capabilities.authMechanisms).not.toContain('PLAIN')
    expect(offered('STARTTLS').has('ſtarttls')).toBe(false)
  })

  test('that are unknown are kept, with their parameters as the server wrote them', () => {
    expect(offered('X-Own  One\ttwo', '8BITMIME').toJSON()).toEqual({ 'X-OWN': ['One', 'two'], '8BITMIME': [] })
  })

  test('that were not offered have no parameters', () => {
    expect(offered('SIZE').parameters('AUTH')).toBe(undefined)
    expect(offered('SIZE').parameters('size')).toEqual([])
  })

  test('never come from the greeting line, whatever its words', () => {
    const capabilities = Capabilities.fromReply(replyOf(['STARTTLS AUTH PLAIN', 'SIZE 1']))
    expect(capabilities.keywords).toEqual(['SIZE'])
    expect(capabilities.serverName).toBe('STARTTLS')
    expect(Capabilities.fromReply(replyOf(['PIPELINING'])).keywords).toEqual([])
  })

  test('leave the name of the server empty where it gives none', () => {
    expect(Capabilities.fromReply(replyOf([''])).serverName).toBe('')
    expect(Capabilities.fromReply(replyOf(['', 'SIZE'])).keywords).toEqual(['SIZE'])
  })

  test('skip lines without a word', () => {
    expect(offered('', '  \t', 'SIZE', '').keywords).toEqual(['SIZE'])
  })

  test('that are offered twice are one, with every parameter once and the first ones first', () => {
    expect(offered('X a b', 'SIZE 1', 'x b c c').toJSON()).toEqual({ X: ['a', 'b', 'c'], SIZE: ['1'] })
  })

  test('are none before EHLO', () => {
    expect(Capabilities.none.keywords).toEqual([])
    expect(Capabilities.none).toMatchObject({ serverName: '', authMechanisms: [], maxMessageSize: undefined })
  })

  test('are JSON by keyword', () => {
    expect(JSON.stringify(offered('SIZE 10', 'STARTTLS'))).toBe('{"SIZE":["10"],"STARTTLS":[]}')
  })

  test('of hostile names touch no prototype and are only what they are', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype']
    const before = Object.getOwnPropertyNames(Object.prototype)
    const capabilities = offered(...names.map((name) => `${name} polluted`))
    expect(capabilities.keywords).toEqual(names.map((name) => name.toUpperCase()))
    expect(Object.keys(capabilities.toJSON())).toEqual(names.map((name) => name.toUpperCase()))
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    for (const name of names) expect(offered('SIZE').has(name)).toBe(false)
  })

  test('are what the server listed, for any list', () => {
    const keyword = arbitraries.parameterKeyword().filter((keyword) => keyword.toUpperCase() !== 'AUTH')
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_=.'), minLength: 1, maxLength: 6 })
    const line = fc.record({ keyword, words: fc.uniqueArray(word, { maxLength: 4 }) })
    const lines = fc.uniqueArray(line, { maxLength: 12, selector: ({ keyword }) => keyword.toUpperCase() })
    holds(
      fc.property(lines, (lines) => {
        const capabilities = offered(...lines.map(({ keyword, words }) => [keyword, ...words].join(' ')))
        expect(capabilities.keywords).toEqual(lines.map(({ keyword }) => keyword.toUpperCase()))
        for (const { keyword, words } of lines) expect(capabilities.parameters(keyword)).toEqual(words)
      }),
    )
  })

  test('are read from any reply without an error', () => {
    holds(
      fc.property(arbitraries.reply(), ({ bytes }) => {
        const [reply] = decoded([bytes]).replies
        const capabilities = Capabilities.fromReply(reply as Reply)
        expect(Object.keys(capabilities.toJSON())).toHaveLength(capabilities.keywords.length)
      }),
    )
  })

  thorough.each([
    ['blanks', ['X '.repeat(500_000)]],
    ['blanks before a word', [`${' \t'.repeat(500_000)}X`]],
    ['words', [`X ${Array.from({ length: 150_000 }, (_, i) => i).join(' ')}`]],
    ['words said twice', Array(2).fill(`X ${Array.from({ length: 150_000 }, (_, i) => i).join(' ')}`)],
    ['one keyword again and again', Array.from({ length: 100_000 }, (_, i) => `X ${i}`)],
    ['keywords', Array.from({ length: 100_000 }, (_, i) => `X${i}`)],
    ['digits', [`SIZE ${'9'.repeat(1_000_000)}`]],
    ['mechanisms', [`AUTH=${Array.from({ length: 150_000 }, (_, i) => `M${i}`).join(' ')}`]],
  ])('take linear time for very many %s', (_, lines) => {
    const capabilities = Capabilities.fromReply(replyOf(['mx.example.org', ...lines]))
    expect(capabilities.keywords.length).toBeGreaterThan(0)
    expect(capabilities.maxMessageSize).toBe(undefined)
    expect(capabilities.authMechanisms.length).toBeLessThanOrEqual(150_000)
  })
})

describe('AUTH', () => {
  test('names mechanisms in upper case, each once', () => {
    expect(offered('AUTH plain Login PLAIN').authMechanisms).toEqual(['PLAIN', 'LOGIN'])
  })

  test('is merged with AUTH=, the spelling of old servers', () => {
    expect(offered('AUTH LOGIN', 'AUTH=PLAIN LOGIN').authMechanisms).toEqual(['LOGIN', 'PLAIN'])
    expect(offered('AUTH=PLAIN LOGIN', 'AUTH LOGIN CRAM-MD5').authMechanisms).toEqual(['PLAIN', 'LOGIN', 'CRAM-MD5'])
    expect(offered('auth=plain').parameters('AUTH')).toEqual(['plain'])
    expect(offered('AUTH= PLAIN').authMechanisms).toEqual(['PLAIN'])
    expect(offered('AUTH=PLAIN').keywords).toEqual(['AUTH'])
  })

  test('without mechanisms offers none', () => {
    expect([offered('AUTH'), offered('AUTH=')].map(({ authMechanisms }) => authMechanisms)).toEqual([[], []])
    expect(offered('AUTH').has('AUTH')).toBe(true)
  })

  test('is not taken for offered by a keyword that begins alike', () => {
    expect(offered('AUTHINFO PLAIN', 'XAUTH LOGIN').authMechanisms).toEqual([])
  })
})

describe('SIZE', () => {
  test.each([
    ['SIZE 10240000', 10_240_000],
    ['SIZE 1', 1],
    ['SIZE 010', 10],
    ['size 35651584 extra', 35_651_584],
    ['SIZE 99999999999999999999', 100_000_000_000_000_000_000],
  ])('in %j is a limit', (line, size) => {
    expect(offered(line).maxMessageSize).toBe(size)
  })

  test.each([
    'SIZE',
    'SIZE 0',
    'SIZE 000',
    'SIZE -1',
    'SIZE 1e3',
    'SIZE 0x10',
    'SIZE ten',
    'SIZE 1.5',
    'SIZE +1',
    'SIZE ١',
    'SIZE=10',
    'X',
    `SIZE ${'9'.repeat(21)}`,
  ])('in %j is no limit', (line) => {
    expect(offered(line).maxMessageSize).toBe(undefined)
  })
})

test('keep the lines behind the greeting as the server wrote them', () => {
  expect(offered('Size  10', '', 'auth=PLAIN').lines).toEqual(['Size  10', '', 'auth=PLAIN'])
  expect(Capabilities.fromReply(replyOf(['mx.example.org'])).lines).toEqual([])
  expect(Capabilities.none.lines).toEqual([])
})

describe('what the server says of an extension', () => {
  test.each<[string, Partial<Capabilities>]>([
    ['DELIVERBY', { deliverBy: {} }],
    ['DELIVERBY 240', { deliverBy: { minimum: 240 } }],
    ['deliverby 240,X-OWN more', { deliverBy: { minimum: 240 } }],
    ['DELIVERBY 0', { deliverBy: { minimum: 0 } }],
    ['DELIVERBY ,X-OWN', { deliverBy: {} }],
    ['DELIVERBY soon', { deliverBy: {} }],
    ['DELIVERBY -240', { deliverBy: {} }],
    ['DELIVERBY 1234567890', { deliverBy: {} }],
    [
      'FUTURERELEASE 604800 2030-01-31T09:00:00Z',
      { futureRelease: { maxInterval: 604_800, maxDateTime: '2030-01-31T09:00:00Z' } },
    ],
    ['FUTURERELEASE', { futureRelease: undefined }],
    ['FUTURERELEASE 604800', { futureRelease: undefined }],
    ['FUTURERELEASE 604800 tomorrow', { futureRelease: undefined }],
    ['FUTURERELEASE week 2030-01-31T09:00:00Z', { futureRelease: undefined }],
    ['MT-PRIORITY', { mtPriority: {} }],
    ['MT-PRIORITY MIXER', { mtPriority: { profile: 'MIXER' } }],
    ['LIMITS', { limits: {} }],
    ['LIMITS MAILMAX=20 rcptmax=100 RCPTDOMAINMAX=1', { limits: { mailMax: 20, rcptMax: 100, rcptDomainMax: 1 } }],
    ['LIMITS RCPTMAX=100 RCPTMAX=10 X=1', { limits: { rcptMax: 100 } }],
    ['LIMITS MAILMAX=0 RCPTMAX=many RCPTDOMAINMAX', { limits: {} }],
    ['LIMITS MAILMAX=1234567 RCPTMAX=1=2 =5', { limits: {} }],
    ['NO-SOLICITING', { noSoliciting: [] }],
    ['NO-SOLICITING org.example:ADV,net.example:ADV', { noSoliciting: ['org.example:ADV', 'net.example:ADV'] }],
    ['NO-SOLICITING ,org.example:ADV,', { noSoliciting: ['org.example:ADV'] }],
    ['BURL', { burl: [] }],
    ['BURL imap imap://imap.example.org', { burl: ['imap', 'imap://imap.example.org'] }],
    ['XCLIENT name Addr PORT', { xclient: ['NAME', 'ADDR', 'PORT'] }],
    ['XFORWARD NAME addr', { xforward: ['NAME', 'ADDR'] }],
  ])('in %j is believed as far as it is well-formed', (line, said) => {
    expect(offered(line)).toMatchObject(said)
  })

  test('is nothing where it is not offered', () => {
    expect(offered('SIZE')).toMatchObject({
      deliverBy: undefined,
      futureRelease: undefined,
      mtPriority: undefined,
      limits: {},
      noSoliciting: [],
      burl: [],
      xclient: [],
      xforward: [],
    })
  })

  test('never throws, whatever stands behind its keyword', () => {
    const keyword = fc.constantFrom('SIZE', 'DELIVERBY', 'FUTURERELEASE', 'MT-PRIORITY', 'LIMITS', 'NO-SOLICITING')
    const words = fc.string({ unit: fc.constantFrom(...'019-:TZ=,. MAILXRCPT'), maxLength: 30 })
    holds(
      fc.property(keyword, words, (keyword, words) => {
        const { deliverBy, futureRelease, limits, noSoliciting, maxMessageSize } = offered(`${keyword} ${words}`)
        const numbers = [deliverBy?.minimum, futureRelease?.maxInterval, maxMessageSize, ...Object.values(limits)]
        for (const number of numbers) expect(number ?? 0).toBeGreaterThanOrEqual(0)
        for (const each of noSoliciting) expect(each).not.toBe('')
      }),
    )
  })
})
