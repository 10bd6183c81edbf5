import { domainToASCII, domainToUnicode } from 'node:url'
import { arbitraries, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property)
}

/** Which of the given kinds a thousand values of an arbitrary show. */
function kindsOf<T>(arbitrary: fc.Arbitrary<T>, kinds: Readonly<Record<string, (value: T) => boolean>>): string[] {
  const values = fc.sample(arbitrary, { numRuns: 1000, seed: 1 })
  return Object.keys(kinds).filter((kind) => values.some((value) => kinds[kind]?.(value)))
}

function showsEvery<T>(arbitrary: fc.Arbitrary<T>, kinds: Readonly<Record<string, (value: T) => boolean>>): void {
  expect(kindsOf(arbitrary, kinds)).toEqual(Object.keys(kinds))
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

describe('chunked bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytes }))

  test('are the pieces of their bytes, in order', () => {
    holds(
      fc.property(arbitraries.chunked(bytes), ({ bytes, chunks }) => {
        expect(joined(chunks)).toEqual(bytes)
      }),
    )
  })

  test('come whole, in many pieces, with empty pieces and byte by byte', () => {
    showsEvery(arbitraries.chunked(bytes), {
      whole: ({ chunks }) => chunks.length === 1,
      many: ({ chunks }) => chunks.length > 5,
      empty: ({ chunks }) => chunks.some(({ length }) => length === 0),
      byteByByte: ({ chunks }) => chunks.length > 5 && chunks.every(({ length }) => length === 1),
    })
  })

  test('keep what else the example holds', () => {
    holds(
      fc.property(arbitraries.chunked(arbitraries.reply()), ({ bytes, code, chunks }) => {
        expect(text(joined(chunks)).startsWith(String(code))).toBe(true)
        expect(bytes.length).toBeGreaterThan(3)
      }),
    )
  })
})

describe('replies', () => {
  test('follow the grammar of RFC 5321 §4.2, with CRLF or a bare LF', () => {
    holds(
      fc.property(arbitraries.reply(), ({ bytes, code }) => {
        expect(text(bytes)).toMatch(new RegExp(`^(?:${code}-[^\\r\\n]*\\r?\\n)*${code}(?: [^\\r\\n]*)?\\r?\\n$`))
      }),
    )
  })

  test('end their lines as asked', () => {
    holds(
      fc.property(
        arbitraries.reply({ lineEnding: 'crlf' }),
        arbitraries.reply({ lineEnding: 'lf' }),
        (withCrlf, withLf) => {
          expect(text(withCrlf.bytes).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
          expect(text(withLf.bytes)).not.toContain('\r')
        },
      ),
    )
  })

  test('come in every kind', () => {
    showsEvery(arbitraries.reply(), {
      one: ({ lines }) => lines.length === 1,
      several: ({ lines }) => lines.length > 2,
      withoutText: ({ lines }) => lines.join('') === '',
      withoutSpace: ({ bytes }) => /^\d{3}\r?\n/.test(text(bytes)),
      positive: ({ code }) => code < 300,
      intermediate: ({ code }) => code >= 300 && code < 400,
      transient: ({ code }) => code >= 400 && code < 500,
      permanent: ({ code }) => code >= 500,
      closing: ({ code }) => code === 421,
      enhanced: ({ enhancedCode }) => enhancedCode !== undefined,
      contradicting: ({ lines, enhancedCode }) => /^[245]\.\d/.test(lines[0] ?? '') && enhancedCode === undefined,
      bothEndings: ({ bytes }) => /\r\n/.test(text(bytes)) && /[^\r]\n/.test(text(bytes)),
      beyondAscii: ({ bytes }) => bytes.some((octet) => octet > 127),
    })
  })

  test('leave 421 out when asked to', () => {
    holds(
      fc.property(arbitraries.reply({ code: arbitraries.replyCode({ closing: false }) }), ({ code }) => {
        expect(code).not.toBe(421)
      }),
    )
  })

  test('have as many lines as allowed', () => {
    holds(
      fc.property(arbitraries.reply({ maxLines: 2 }), ({ lines }) => {
        expect(lines.length).toBeLessThanOrEqual(2)
      }),
    )
  })

  test('that are broken come in both kinds, each behind good lines too', () => {
    showsEvery(arbitraries.brokenReply(), {
      syntax: ({ violation }) => violation === 'REPLY_SYNTAX',
      codes: ({ violation }) => violation === 'REPLY_CODES_DIFFER',
      behindGoodLines: ({ bytes, violation }) => violation === 'REPLY_SYNTAX' && /^[2-5]\d\d-/.test(text(bytes)),
    })
  })

  test('that pass a limit come for each limit', () => {
    const limits = { maxLineLength: 40, maxReplyLines: 8, maxReplyLength: 200 }
    showsEvery(arbitraries.overlongReply(limits), {
      line: ({ violation }) => violation === 'LINE_TOO_LONG',
      lines: ({ violation }) => violation === 'TOO_MANY_LINES',
      reply: ({ violation }) => violation === 'REPLY_TOO_LONG',
      barely: ({ bytes, violation }) => violation === 'LINE_TOO_LONG' && bytes.length === 41,
    })
  })
})

describe('domains', () => {
  test('have U-labels that IDNA turns into A-labels and back', () => {
    holds(
      fc.property(arbitraries.uLabel(), (label) => {
        const aLabel = domainToASCII(label)
        expect(aLabel).toMatch(/^xn--[a-z0-9-]{1,59}$/)
        expect(domainToUnicode(aLabel)).toBe(label)
      }),
    )
  })
})

describe('mailboxes', () => {
  test('keep to the limits of RFC 5321 §4.5.3.1', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), (mailbox) => {
        const at = mailbox.lastIndexOf('@')
        expect(Buffer.byteLength(mailbox.slice(0, at))).toBeLessThanOrEqual(64)
        expect(Buffer.byteLength(mailbox.slice(at + 1))).toBeLessThanOrEqual(255)
        expect(Buffer.byteLength(mailbox)).toBeLessThanOrEqual(254)
      }),
    )
  })

  test('stay within US-ASCII unless asked otherwise', () => {
    holds(
      fc.property(arbitraries.mailbox(), (mailbox) => {
        expect(mailbox).toMatch(/^[ -~]+$/)
      }),
    )
  })

  test('follow the grammar of RFC 5321 §4.1.2', () => {
    const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    const quoted = '"(?:[ !#-\\[\\]-~]|\\\\[ -~])*"'
    const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
    const mailbox = new RegExp(
      `^(?:${atom}(?:\\.${atom})*|${quoted})@(?:${label}(?:\\.${label})*|\\[(?:IPv6:[0-9A-Fa-f:.]+|[0-9.]+)\\])$`,
    )
    holds(
      fc.property(arbitraries.mailbox(), (text) => {
        expect(text).toMatch(mailbox)
      }),
    )
  })

  test('come in every kind', () => {
    showsEvery(arbitraries.mailbox({ utf8: true }), {
      dotString: (mailbox) => /^[^"@.]+\.[^"@]+@/.test(mailbox),
      quoted: (mailbox) => mailbox.startsWith('"'),
      quotedBlank: (mailbox) => /^"[^"]* [^"]*"@/.test(mailbox),
      escaped: (mailbox) => /^"[^"]*\\/.test(mailbox),
      emptyQuoted: (mailbox) => mailbox.startsWith('""@'),
      ipv4: (mailbox) => /@\[\d/.test(mailbox),
      ipv6: (mailbox) => /@\[IPv6:/.test(mailbox),
      ipv6WithIpv4: (mailbox) => /@\[IPv6:.*:\d+\.\d+\.\d+\.\d+\]$/.test(mailbox),
      ipv6WithGap: (mailbox) => /@\[IPv6:.*::/.test(mailbox),
      utf8LocalPart: (mailbox) => /^[^@]*[^\x00-\x7f][^@]*@/.test(mailbox),
      utf8Domain: (mailbox) => /@[^@]*[^\x00-\x7f]/.test(mailbox),
      longestLocalPart: (mailbox) => mailbox.indexOf('@') === 64,
      longest: (mailbox) => mailbox.length === 254,
    })
  })

  test('that are malformed show every fault', () => {
    const faults = new Set(
      fc.sample(arbitraries.malformedMailbox(), { numRuns: 2000, seed: 1 }).map(({ fault }) => fault),
    )
    expect(faults.size).toBeGreaterThanOrEqual(30)
  })
})

describe('messages', () => {
  test('come in every kind that trips an encoder', () => {
    showsEvery(arbitraries.message().map(text), {
      empty: (message) => message === '',
      dotFirst: (message) => message.startsWith('.'),
      dotAtLineStart: (message) => message.includes('\r\n.'),
      bareCr: (message) => /\r(?!\n)/.test(message),
      bareLf: (message) => /(?<!\r)\n/.test(message),
      bareCrLast: (message) => message.endsWith('\r'),
      bareLfDot: (message) => /(?<!\r)\n\./.test(message),
      bareCrDot: (message) => message.includes('\r.'),
      endWithin: (message) => message.includes('\r\n.\r\n'),
      eightBit: (message) => /[\x80-\xff]/.test(message),
      nul: (message) => message.includes('\0'),
      noFinalLineEnding: (message) => /[^\r\n]$/.test(message),
      longLine: (message) => /[^\r\n]{1001}/.test(message),
    })
  })

  test('are cut where it hurts', () => {
    const cuts = arbitraries.chunkedMessage().map(({ chunks }) => chunks.map(text).join('|'))
    showsEvery(cuts, {
      crLf: (message) => message.includes('\r|\n'),
      crDot: (message) => message.includes('\r|.'),
      crOther: (message) => /\r\|[^\n|]/.test(message),
      lfDot: (message) => message.includes('\n|.'),
      emptyPiece: (message) => message.includes('||'),
    })
  })
})

describe('parameters', () => {
  test('follow the grammar of RFC 5321 §4.1.2, no keyword twice', () => {
    holds(
      fc.property(arbitraries.parameters(), (parameters) => {
        const keywords = Object.keys(parameters)
        for (const keyword of keywords) expect(keyword).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*$/)
        for (const value of Object.values(parameters)) expect(String(value)).toMatch(/^[!-<>-~]+$/)
        expect(new Set(keywords.map((keyword) => keyword.toUpperCase())).size).toBe(keywords.length)
      }),
    )
  })

  test('come with and without values, and beyond US-ASCII when asked to', () => {
    showsEvery(
      arbitraries.parameters({ utf8: true }).map((parameters) => Object.values(parameters)),
      {
        none: (values) => values.length === 0,
        bare: (values) => values.includes(true),
        number: (values) => values.some((value) => typeof value === 'number'),
        utf8: (values) => values.some((value) => /[^\x00-\x7f]/.test(String(value))),
      },
    )
  })
})

describe('an injected text', () => {
  test('holds a control and, but for that, what it was', () => {
    holds(
      fc.property(arbitraries.injected(fc.constant('xyz')), (text) => {
        expect(text).toMatch(/[\x00-\x1f\x7f-\x9f]/)
        expect(text.length).toBeGreaterThan(3)
      }),
    )
  })

  test('comes with the control at the start, within and at the end', () => {
    showsEvery(arbitraries.injected(fc.constant('xyz')), {
      start: (text) => /^\p{Cc}/u.test(text),
      within: (text) => /x\p{Cc}+.*y/su.test(text),
      end: (text) => /\p{Cc}$/u.test(text),
      command: (text) => text.includes('RCPT TO:'),
    })
  })
})

describe('commands', () => {
  test('come with every verb', () => {
    const verbs = new Set(fc.sample(arbitraries.command(), { numRuns: 1000, seed: 1 }).map(({ verb }) => verb))
    expect([...verbs].sort()).toEqual(
      'AUTH AUTH-RESPONSE DATA EHLO ETRN EXPN HELO HELP LHLO MAIL NOOP OTHER QUIT RCPT RSET STARTTLS VRFY XCLIENT XFORWARD'.split(
        ' ',
      ),
    )
  })
})
