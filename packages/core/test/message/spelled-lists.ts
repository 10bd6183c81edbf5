import { encodeUtf8 } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'

/** A text for an address field, and the addresses that it names. */
export interface SpelledList {
  readonly text: string
  readonly addresses: readonly string[]
}

/** Address lists by RFC 5322 §3.4 and §4.4, spelled in all the ways that the grammar leaves open. */
export function spelledList(): fc.Arbitrary<SpelledList> {
  const entry = fc.oneof({ weight: 6, arbitrary: mailbox() }, { weight: 1, arbitrary: group() }, emptyEntry())
  return joinedByCommas(fc.array(entry, { maxLength: 5 }))
}

function group(): fc.Arbitrary<SpelledList> {
  const members = joinedByCommas(fc.array(fc.oneof(mailbox(), emptyEntry()), { maxLength: 4 }))
  return fc.tuple(displayName(), filler, members, filler).map(([name, before, { text, addresses }, after]) => {
    return { text: `${name}${before}:${text};${after}`, addresses }
  })
}

function emptyEntry(): fc.Arbitrary<SpelledList> {
  return filler.map((text) => ({ text, addresses: [] }))
}

function joinedByCommas(entries: fc.Arbitrary<readonly SpelledList[]>): fc.Arbitrary<SpelledList> {
  return entries.map((entries) => ({
    text: entries.map(({ text }) => text).join(','),
    addresses: entries.flatMap(({ addresses }) => addresses),
  }))
}

function mailbox(): fc.Arbitrary<SpelledList> {
  const inBrackets = fc
    .tuple(fc.oneof(fc.constant(''), displayName()), filler, fc.oneof(fc.constant(''), route()), address(), filler)
    .map(([name, before, route, { text, addresses }, after]) => {
      return { text: `${before}${name}${before}<${route}${text}>${after}`, addresses }
    })
  return fc.oneof(address(), inBrackets)
}

function address(): fc.Arbitrary<SpelledList> {
  return fc
    .tuple(localPart(), domain())
    .map(([local, domain]) => ({ text: `${local.text}@${domain.text}`, addresses: [`${local.plain}@${domain.plain}`] }))
    .filter(({ addresses: [address = ''] }) => encodeUtf8(address).length <= 254)
}

function route(): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(filler, domain()), { minLength: 1, maxLength: 2 })
    .map((hops) => `${hops.map(([before, { text }]) => `@${before}${text}`).join(',')}:`)
}

interface Spelled {
  readonly text: string
  readonly plain: string
}

/** Words with dots between, each an atom or quoted, and what that means with as little quoting as can be. */
function localPart(): fc.Arbitrary<Spelled> {
  const atom = arbitraries.dotString({ utf8: true }).map((dots): Spelled => {
    const word = dots.split('.').join('')
    return { text: word, plain: word }
  })
  return fc
    .tuple(fc.array(fc.oneof(atom, quoted()), { minLength: 1, maxLength: 3 }), filler)
    .map(([words, between]) => ({
      text: words.map(({ text }) => `${between}${text}${between}`).join('.'),
      plain: asLocalPart(words.map(({ plain }) => plain).join('.')),
    }))
    .filter(({ plain }) => encodeUtf8(plain).length <= 64)
}

function asLocalPart(content: string): string {
  const atoms = content.split('.').every((atom) => atom !== '' && !/[ "(),:;<>@[\\\]]/.test(atom))
  return atoms ? content : `"${content.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function quoted(): fc.Arbitrary<Spelled> {
  const plain = fc.oneof(
    fc.constantFrom(
      '',
      'x@evil.example',
      'x, y',
      '<x@evil.example>',
      '\\',
      '"',
      '(',
      ')',
      'a.b',
      '..',
      ';',
      ' x ',
      'ü',
    ),
    fc.string({ maxLength: 10 }).map((text) => text.replace(/[^ -~]/g, '')),
  )
  return fc.tuple(plain, fc.boolean()).map(([plain, escapesAll]) => ({
    text: `"${plain.replace(escapesAll ? /[ -~]/g : /["\\]/g, '\\$&')}"`,
    plain,
  }))
}

function domain(): fc.Arbitrary<Spelled> {
  const name = fc.tuple(arbitraries.domain({ utf8: true }), filler).map(([plain, between]) => ({
    text: `${between}${plain.split('.').join(`${between}.${between}`)}${between}`,
    plain,
  }))
  const literal = fc.tuple(arbitraries.addressLiteral(), filler, fc.constantFrom('', ' ', '\t ')).map(
    ([plain, around, blank]): Spelled => ({
      text: `${around}${plain.replace('[', `[${blank}`).replace(']', `${blank}]`)}${around}`,
      plain,
    }),
  )
  return fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: literal })
}

function displayName(): fc.Arbitrary<string> {
  const word = fc.oneof(
    fc.constantFrom(
      'Ann',
      "O'Hara",
      'Åsa',
      '=?utf-8?q?x=40evil=2Eexample=2C?=',
      '=?utf-8?b?PHhAZXZpbC5leGFtcGxlPg==?=',
    ),
    quoted().map(({ text }) => text),
  )
  const next = fc.oneof({ weight: 3, arbitrary: word.map((word) => ` ${word}`) }, fc.constant('.'))
  return fc.tuple(word, fc.array(next, { maxLength: 3 })).map(([first, rest]) => `${first}${rest.join('')}`)
}

/** Blanks and comments, as they may stand between any two tokens. */
const filler: fc.Arbitrary<string> = fc.constantFrom(
  ...['', '', '', ' ', '\t ', '(x)', ' () ', '(x@evil.example)', '(a (b) , x@evil.example, c)'],
  ...['(\\), x@evil.example, \\()', '(")', '(<x@evil.example>;:)', '(ü)(\\ü)', '(((\\\\)))'],
)
