import { domainToASCII } from 'node:url'
import {
  domainToALabels,
  encodeCommand,
  InvalidArgumentError,
  isDomain,
  Path,
  parseForwardPath,
  pathWithALabels,
} from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const x = (length: number) => 'x'.repeat(length)
const isAscii = (text: string) => !/[^\0-\x7f]/.test(text)

describe('a domain as A-labels', () => {
  test.each([
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.Example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['straße', 'xn--strae-oqa'],
    ['faß.de', 'xn--fa-hia.de'],
    ['βόλος.com', 'xn--nxasmm1c.com'],
    ['نامه\u200cای.com', 'xn--mgba3gch31f060k.com'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['例え．テスト', 'xn--r8jz45g.xn--zckzah'],
    ['例え｡テスト', 'xn--r8jz45g.xn--zckzah'],
    ['mail。example', 'mail.example'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    ['xn--bcher-kva.é', 'xn--bcher-kva.xn--9ca'],
    ['１é.example', 'xn--1-bga.example'],
    ['１.example', '1.example'],
  ])('%j is %j', (domain, aLabels) => {
    expect(domainToALabels(domain)).toBe(aLabels)
    expect(domainToALabels(aLabels)).toBe(aLabels)
  })

  test.each(['example.org', 'Example.ORG', 'localhost', '0.1', 'xn--a', '[192.0.2.1]', '[IPv6:2001:db8::1]'])(
    '%j stays as it is',
    (domain) => {
      expect(domainToALabels(domain)).toBe(domain)
    },
  )

  test.each([
    ['１２７.０.０.１', 'a number in fullwidth digits'],
    ['１.２.３.４', 'an IPv4 address in fullwidth digits'],
    ['１９２.０.２.１０', 'one with two digits last'],
    ['127。1', 'a number with ideographic full stops'],
    ['０x7f.1', 'a hexadecimal number'],
    ['１', 'a digit'],
    ['x.１', 'a number as its last label'],
    ['é.1', 'a number behind a U-label'],
    ['é%41.example', 'a percent sign'],
    ['é％41.example', 'a fullwidth percent sign'],
    ['é@example.org', 'an @'],
    ['é:25', 'a port'],
    ['é/x', 'a slash'],
    ['é／x', 'a fullwidth slash'],
    ['é?x', 'a query'],
    ['é#x', 'a fragment'],
    ['é\\x', 'a backslash'],
    ['é\t.example', 'a tab, which a URL drops'],
    ['é\r\n.example', 'a line ending, which a URL drops'],
    [' é.example', 'a blank, which a URL drops'],
    ['é\u00ad.example', 'a soft hyphen, which UTS 46 drops'],
    ['é\u200b.example', 'a zero width space, which UTS 46 drops'],
    ['é\0.example', 'a NUL'],
    ['é_x.example', 'an underscore'],
    ['[é]', 'brackets'],
    ['[IPv6:::１]', 'a fullwidth digit in an address'],
    ['é.', 'an empty label last'],
    ['é。。x', 'an empty label within'],
    ['。', 'empty labels alone'],
    ['', 'nothing'],
    ['a b', 'a blank in US-ASCII'],
    ['⒈com.example', 'a digit with a full stop'],
    ['⑴.example', 'a digit in parentheses'],
    ['ﷺ.example', 'a letter that stands for blanks'],
    ['xn--a.é', 'an A-label that stands for nothing'],
    ['xn--é.example', 'a U-label that looks like an A-label'],
    ['אa.example', 'two directions of writing'],
    ['a\u200db.é', 'a joiner between letters that do not join'],
    ['🙂.example', 'a symbol'],
    ['é'.repeat(63), 'a label of more than 63 octets'],
    [`é.${'é'.repeat(60)}`, 'another one'],
    [Array.from('abcdefgh', (c) => `é${c.repeat(29)}`).join('.'), 'a name of 263 octets in 247 in UTF-8'],
  ])('%j has none: %s', (domain) => {
    const error = thrownBy(() => domainToALabels(domain, 'clientName'))
    expect(error.field).toBe('clientName')
    expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  })

  test('is called domain unless told otherwise', () => {
    expect(thrownBy(() => domainToALabels('é_')).field).toBe('domain')
  })

  test('is what another implementation of UTS 46 makes of it, and made of itself', () => {
    holds(
      fc.property(arbitraries.domain({ utf8: true }), (domain) => {
        let aLabels: string
        try {
          aLabels = domainToALabels(domain)
        } catch (error) {
          // What a URL takes for a number behind the last dot, in digits or as 0x, or longer than names are.
          expect(error).toBeInstanceOf(InvalidArgumentError)
          expect(
            /\.(?:\d+|0x[\da-f]*)$/i.test(domain) ||
              Math.max(
                ...domainToASCII(domain)
                  .split('.')
                  .map((l) => l.length),
              ) > 63,
          ).toBe(true)
          return
        }
        expect(aLabels).toBe(isAscii(domain) ? domain : domainToASCII(domain))
        expect(domainToALabels(aLabels)).toBe(aLabels)
      }),
    )
  })

  test('of any text is a valid domain in US-ASCII, or refused', () => {
    const character = fc.oneof(
      fc.constantFrom(...'a1.-x%@:/?#[]\\_é。．｡１２０ｘ％／＠\u00ad\u200d\u0301אß⒈ '),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    holds(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (text) => {
        let aLabels: string
        try {
          aLabels = domainToALabels(text)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError)
          return
        }
        expect(isAscii(aLabels) && isDomain(aLabels)).toBe(true)
        expect(aLabels === text || !/(?:^|\.)\d+$/.test(aLabels)).toBe(true)
        expect(encodeCommand({ verb: 'EHLO', domain: aLabels }).line).toBe(`EHLO ${aLabels}`)
      }),
    )
  })
})

describe('a path with A-labels', () => {
  test('has the same local part', () => {
    const path = pathWithALabels(parseForwardPath('ann@bücher.example'))
    expect(path).toEqual(parseForwardPath('ann@xn--bcher-kva.example'))
    expect(Path.isPath(path)).toBe(true)
    expect(path.isAscii).toBe(true)
    expect(encodeCommand({ verb: 'RCPT', to: path }).line).toBe('RCPT TO:<ann@xn--bcher-kva.example>')
  })

  test('still needs SMTPUTF8 where the local part does', () => {
    const path = pathWithALabels(parseForwardPath('jürgen@bücher.example'))
    expect(path).toMatchObject({ mailbox: 'jürgen@xn--bcher-kva.example', isAscii: false })
  })

  test.each(['ann@Example.org', 'ann@[192.0.2.1]', 'jürgen@example.org', 'Postmaster'])(
    'is the path itself: %j',
    (text) => {
      const path = parseForwardPath(text)
      expect(pathWithALabels(path)).toBe(path)
    },
  )

  test('is refused where the domain has none, and named', () => {
    const path = parseForwardPath('ann@x.１')
    expect(thrownBy(() => pathWithALabels(path)).field).toBe('address')
    const error = thrownBy(() => pathWithALabels(path, 'to[1]'))
    expect(error.field).toBe('to[1]')
    expect(error.message).toContain('x.１')
  })

  test('is refused where it gets too long', () => {
    const path = parseForwardPath(`${x(64)}@${Array.from('abcdef', (c) => `é${c.repeat(24)}`).join('.')}.example`)
    expect(thrownBy(() => pathWithALabels(path, 'from'))).toMatchObject({
      field: 'from',
      problem: expect.stringContaining('longer than 256'),
    })
  })

  test('needs nothing more done to it', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), (mailbox) => {
        const path = parseForwardPath(mailbox)
        let aLabels: Path
        try {
          aLabels = pathWithALabels(path)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError)
          return
        }
        expect(pathWithALabels(aLabels)).toBe(aLabels)
        expect(aLabels.localPart).toBe(path.localPart)
        expect(isAscii(aLabels.domain)).toBe(true)
        expect(parseForwardPath(String(aLabels))).toEqual(aLabels)
      }),
    )
  })
})
