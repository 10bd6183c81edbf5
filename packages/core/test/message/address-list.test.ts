import { InvalidArgumentError, parseRecipient } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddressList } from '../../src/message/address-list.ts'
import { thorough } from '../support/thorough.ts'
import { holds } from '../wire/holds.ts'
import { thrownBy } from '../wire/thrown-by.ts'
import { spelledList } from './spelled-lists.ts'

const parse = (text: string) => parseAddressList(text, 'message header To')

describe('an address list', () => {
  test.each<[text: string, addresses: readonly string[]]>([
    ['', []],
    [' \t', []],
    ['(nobody (yet))', []],
    ['a@x.example', ['a@x.example']],
    [' <a@x.example> ', ['a@x.example']],
    ['a@x.example,b@y.example', ['a@x.example', 'b@y.example']],
    ['a@x.example, a@x.example', ['a@x.example', 'a@x.example']],
    ['Ann@X.example', ['Ann@X.example']],
    ['üser@bücher.example', ['üser@bücher.example']],
    ['Jürgen <用户@例え.example>', ['用户@例え.example']],
    // RFC 5322 appendix A.
    ['John Doe <jdoe@machine.example>', ['jdoe@machine.example']],
    [
      '"Joe Q. Public" <john.q.public@example.com>, Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
      ['john.q.public@example.com', 'mary@x.test', 'jdoe@example.org', 'one@y.test'],
    ],
    ['<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>', ['boss@nil.test', 'sysservices@example.net']],
    [
      'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
      ['c@a.test', 'joe@where.test', 'jdoe@one.test'],
    ],
    ['Undisclosed recipients:;', []],
    ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['pete@silly.test']],
    [
      "A Group(Some people) :Chris Jones <c@(Chris's host.)public.example>, joe@example.org, John <jdoe@one.test> (my dear friend); (the end of the group)",
      ['c@public.example', 'joe@example.org', 'jdoe@one.test'],
    ],
    ['(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;', []],
    ['Joe Q. Public <john.q.public@example.com>', ['john.q.public@example.com']],
    ['Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example', ['mary@example.net', 'jdoe@test.example']],
    ['John Doe <jdoe@machine(comment).  example>', ['jdoe@machine.example']],
    // RFC 6854 and what else may stand around groups.
    ['g:a@x.example,b@y.example;,c@z.example', ['a@x.example', 'b@y.example', 'c@z.example']],
    ['a@x.example,g:;,h:b@y.example;', ['a@x.example', 'b@y.example']],
    ['g:,,a@x.example,,;', ['a@x.example']],
    ['"g:h;" i.j:a@x.example;', ['a@x.example']],
    // Quoting is left where it is needed (RFC 5321 §4.1.2).
    ['"ann"@x.example', ['ann@x.example']],
    ['"a.b"@x.example', ['a.b@x.example']],
    ['"a\\nn"@x.example', ['ann@x.example']],
    ['"a..b"@x.example', ['"a..b"@x.example']],
    ['".a"@x.example', ['".a"@x.example']],
    ['"a."@x.example', ['"a."@x.example']],
    ['""@x.example', ['""@x.example']],
    ['"a b"@x.example', ['"a b"@x.example']],
    ['"a\\"\\\\b"@x.example', ['"a\\"\\\\b"@x.example']],
    ['a."b c".d@x.example', ['"a.b c.d"@x.example']],
    ['a . b @ x . example', ['a.b@x.example']],
    ['a@[192.0.2.1]', ['a@[192.0.2.1]']],
    ['a@[ 192.0 .2.1 ] (home)', ['a@[192.0.2.1]']],
    ['a@[IPv6:2001:db8::1], b@x.example', ['a@[IPv6:2001:db8::1]', 'b@x.example']],
    ['<@r1.example,@r2.example:a@x.example>', ['a@x.example']],
    ['<@r1.example,,@[192.0.2.1](c),:a@x.example>', ['a@x.example']],
    // What looks like an address, and is a name or a comment.
    ['"a@evil.example" <b@x.example>', ['b@x.example']],
    ['"x@evil.example y"@x.example', ['"x@evil.example y"@x.example']],
    ['"<x@evil.example>" <b@x.example>', ['b@x.example']],
    ['"x@evil.example, y" <b@x.example>', ['b@x.example']],
    ['b@x.example (x@evil.example)', ['b@x.example']],
    ['=?utf-8?q?x=40evil=2Eexample?= <b@x.example>', ['b@x.example']],
    ['=?utf-8?q?Lee=2C_Ann?= <b@x.example>', ['b@x.example']],
    ['=?utf-8?b?PHhAZXZpbC5leGFtcGxlPiw=?= <b@x.example>', ['b@x.example']],
    // RFC 2047 §5: no encoded word within an address, so these are its own characters.
    ['=?utf-8?q?x=40evil?=@x.example', ['=?utf-8?q?x=40evil?=@x.example']],
    // Within a host, or to a server that completes them.
    ['root', ['root']],
    ['Ann <a@x.example>, Lee', ['a@x.example', 'Lee']],
    ['Lee, b@x.example, Ann <a@x.example>', ['Lee', 'b@x.example', 'a@x.example']],
    ['Sally, fred.c+x', ['Sally', 'fred.c+x']],
    ['root (the postmaster), g: Ann;, a@x.example', ['root', 'Ann', 'a@x.example']],
  ])('%j is read as %j', (text, addresses) => {
    expect(parse(text)).toEqual(addresses)
  })

  test.each<[text: string, problem: string]>([
    ['Ann Lee', 'has an entry without an address'],
    ['"Ann"', 'has an entry without an address'],
    ['Lee, Ann <a@x.example>', 'has an entry without an address'],
    ['a@x.example, Lee, <b@x.example>', 'has an entry without an address'],
    ['g: Lee, Ann <a@x.example>;', 'has an entry without an address'],
    ['=?utf-8?q?x=40evil=2Eexample?=', 'has an entry without an address'],
    ['=?utf-8?q?=3Cx=40evil=2Eexample=3E?=', 'has an entry without an address'],
    ['"a@x.example"', 'has an entry without an address'],
    ['a@x.example; b@y.example', 'has something other than a comma behind an entry'],
    ['a@x.example;', 'has something other than a comma behind an entry'],
    ['a@x.example b@y.example', 'has something other than a comma behind an entry'],
    ['a@x.example <b@y.example>', 'has something other than a comma behind an entry'],
    ['<a@x.example> <b@y.example>', 'has something other than a comma behind an entry'],
    ['<a@x.example> trailing', 'has something other than a comma behind an entry'],
    ['a@x.example ) b', 'has something other than a comma behind an entry'],
    ['g:a@x.example; b@y.example', 'has something other than a comma behind an entry'],
    ['a@@x.example', 'has a malformed domain'],
    ['a@x..example', 'has a malformed domain'],
    ['a@x.example.', 'has a malformed domain'],
    ['a@"x".example', 'has a malformed domain'],
    ['a@', 'has a malformed domain'],
    ['a@[192.0.2.1', 'has an address literal without its closing bracket'],
    ['a@[192.0.2.1], b@[', 'has an address literal without its closing bracket'],
    ['a@[192.0.2\\.1]', 'has an address literal that is neither [IPv4] nor [IPv6:…]'],
    ['a@x_y.example', 'has a domain with a character that no domain has'],
    ['@x.example', 'has a malformed address'],
    ['a b@x.example', 'has a malformed address'],
    ['"a" "b"@x.example', 'has a malformed address'],
    ['a..b@x.example', 'has a malformed address'],
    ['a.@x.example', 'has a malformed address'],
    ['<>', 'has a malformed address'],
    ['<a>', 'has a malformed address'],
    ['<a b@x.example>', 'has a malformed address'],
    ['Ann <<a@x.example>>', 'has a malformed address'],
    ['<@r.example:>', 'has a malformed address'],
    ['.a@x.example', 'has an entry without an address'],
    ['. <a@x.example>', 'has an entry without an address'],
    ['[Ann] <a@x.example>', 'has an entry without an address'],
    ['a\\@x.example', 'has something other than a comma behind an entry'],
    ['a\0b <a@x.example>', 'has something other than a comma behind an entry'],
    ['a\x7f <a@x.example>', 'has something other than a comma behind an entry'],
    ['a\r\n b <a@x.example>', 'has something other than a comma behind an entry'],
    ['"a\x07"@x.example', 'has a character that no address can hold'],
    ['Ann <a@x.example', 'has an address without its closing angle bracket'],
    ['Ann <a@x.example, Bob <b@y.example>', 'has an address without its closing angle bracket'],
    ['<a@x.example b>', 'has an address without its closing angle bracket'],
    ['<@r.example>', 'has a source route without its colon'],
    ['<@r.example a@x.example>', 'has a source route without its colon'],
    ['<@:a@x.example>', 'has a malformed domain'],
    ['<@[(]:a@x.example>', 'has a malformed source route'],
    ['<@r.example,@[x\\]:a@x.example>', 'has a malformed source route'],
    [':a@x.example;', 'has an entry without an address'],
    ['a@x.example:b@y.example;', 'has something other than a comma behind an entry'],
    ['g:a@x.example', 'has a group without its closing semicolon'],
    ['g:a@x.example,', 'has a group without its closing semicolon'],
    ['g:', 'has a group without its closing semicolon'],
    ['g:a@x.example;;', 'has something other than a comma behind an entry'],
    ['g:h:a@x.example;;', 'has a group within a group'],
    ['g:a@x.example,h:;;', 'has a group within a group'],
    ['"Ann <a@x.example>', 'has a quoted string without its closing quote'],
    ['"Ann\\"', 'has a quoted string without its closing quote'],
    ['"Ann\\', 'has a quoted string without its closing quote'],
    ['(Ann <a@x.example>', 'has a comment without its closing parenthesis'],
    ['a@x.example (a (b)', 'has a comment without its closing parenthesis'],
    ['a@x.example (\\)', 'has a comment without its closing parenthesis'],
    ['a@x.example (\\', 'has a comment without its closing parenthesis'],
    [`${'x'.repeat(65)}@x.example`, 'has a local part of more than 64 octets'],
  ])('%j is refused: it %s', (text, problem) => {
    expect(thrownBy(() => parse(text))).toMatchObject({ field: 'message header To', problem })
  })

  test('is refused with the text from the entry in question on', () => {
    expect(() => parse('a@x.example, Bob C , c@z.example')).toThrow(
      "message header To has an entry without an address: 'Bob C , c@z.example'",
    )
  })

  test('of a hundred thousand plain words is read as fast as it is long', () => {
    const words = 'a,'.repeat(100_000)
    expect(parse(words)).toHaveLength(100_000)
    expect(() => parse(`${words}<`)).toThrow('has an entry without an address')
  })

  test('gives all its addresses and no others, however it is spelled', () => {
    holds(
      fc.property(spelledList(), ({ text, addresses }) => {
        expect(parse(text)).toEqual(addresses)
      }),
    )
  })

  test('with one character changed loses no address unnoticed', () => {
    const specials = [...'()<>[]:;@\\,." a']
    holds(
      fc.property(spelledList(), fc.nat(), fc.constantFrom(...specials), ({ text }, place, character) => {
        const at = place % (text.length + 1)
        const changed = text.slice(0, at) + character + text.slice(at + 1)
        const found = outcome(changed)
        if (found !== undefined) expect(withDomain(found).length).toBe(addressSigns(changed))
      }),
    )
  })

  test('of any text is refused or gives as many addresses as it has, each fit for a path', () => {
    const token = fc.constantFrom(
      ...['a', 'b.c', '@', 'x.example', ',', ';', ':', '<', '>', '"', '(', ')', '\\', ' '],
      '.',
    )
    holds(
      fc.property(
        fc.oneof(
          fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join('')),
          fc.string(),
        ),
        (text) => {
          const found = outcome(text)
          if (found === undefined) return
          expect(withDomain(found).length).toBe(addressSigns(text))
          expect(found.map((address) => parseRecipient(address).mailbox)).toEqual(found)
          expect(parse(found.join(', '))).toEqual(found)
        },
      ),
    )
  })
})

function withDomain(addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => address.includes('@'))
}

/** The addresses, or `undefined` for a text that is refused. */
function outcome(text: string): readonly string[] | undefined {
  try {
    return parse(text)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError)
    return undefined
  }
}

/** How many `@` there are outside quotes, comments and routes: there is one in each address. */
function addressSigns(text: string): number {
  let bare = ''
  let quoted = false
  let depth = 0
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i)
    if (character === '\\') i += 1
    else if (character === '"' && depth === 0) quoted = !quoted
    else if (character === '(' && !quoted) depth += 1
    else if (character === ')' && !quoted) depth -= 1
    else if (depth === 0 && !quoted) bare += character
  }
  return (
    bare
      .replace(/\[[^\]]*\]/g, '')
      .replace(/<[^<>]*:/g, '<')
      .split('@').length - 1
  )
}

describe('a large address list is read in linear time, without recursion', () => {
  thorough.each<[string, string, number | undefined]>([
    ['many addresses', 'Ann <a@x.example>, '.repeat(50_000), 50_000],
    ['many groups', 'g:a@x.example;,'.repeat(50_000), 50_000],
    ['many empty entries', ','.repeat(1_000_000), 0],
    ['many comments', '(x)'.repeat(300_000), 0],
    ['comments in comments', `${'('.repeat(500_000)}${')'.repeat(500_000)}`, 0],
    ['parentheses that open only', '('.repeat(1_000_000), undefined],
    ['parentheses that close only', ')'.repeat(1_000_000), undefined],
    ['angle brackets', '<'.repeat(1_000_000), undefined],
    ['brackets', 'a@['.repeat(300_000), undefined],
    ['quotes', '"'.repeat(1_000_000), undefined],
    ['empty quoted words and an address', `${'""'.repeat(500_000)}<a@x.example>`, 1],
    ['escapes', `"${'\\"'.repeat(500_000)}" <a@x.example>`, 1],
    ['escapes without an end', `"${'\\"'.repeat(500_000)}`, undefined],
    ['backslashes', '\\'.repeat(1_000_000), undefined],
    ['colons', 'a:'.repeat(500_000), undefined],
    ['signs', '@'.repeat(1_000_000), undefined],
    ['dots', 'a.'.repeat(500_000), undefined],
    ['dots in quotes', `"${'a.'.repeat(500_000)}"@x.example`, undefined],
    ['blanks', `a${' '.repeat(1_000_000)}@x.example`, 1],
    ['words', `${'word '.repeat(200_000)}<a@x.example>`, 1],
    ['a route', `<${'@x.example,'.repeat(100_000)}:a@x.example>`, 1],
    ['a domain', `a@${'x.'.repeat(500_000)}example`, undefined],
    ['one atom', 'x'.repeat(1_000_000), undefined],
  ])('%s', (_, text, count) => {
    expect(outcome(text)?.length).toBe(count)
  })
})
