import fc from 'fast-check'
import { control, letterOrDigit, loneSurrogate, oneOf } from './characters.ts'
import { domain, label, longestDomain } from './domains.ts'
import { dotString, mailbox } from './mailboxes.ts'

export interface MalformedMailbox {
  /** Not a mailbox, neither bare nor in angle brackets. */
  readonly text: string
  /** What is wrong with it. */
  readonly fault: string
}

/**
 * What must not pass for a mailbox: valid ones with one fault put in, among them the injections that have worked
 * on mail software. Every fault is one by RFC 5321 and RFC 6531 both.
 */
export function malformedMailbox(): fc.Arbitrary<MalformedMailbox> {
  return fc.oneof(
    ...Object.entries(faults).map(([fault, texts]) => texts.map((text): MalformedMailbox => ({ text, fault }))),
  )
}

const valid = mailbox({ utf8: true })
const local = dotString({ utf8: true })
const place = domain({ utf8: true })

const faults: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'a control anywhere': inserted(valid, control()),
  'a line break and a command': fc.tuple(valid, oneOf('\r\n')).map(([mailbox, end]) => `${mailbox}${end}RCPT TO:<x@x>`),
  'a lone surrogate anywhere': inserted(local, loneSurrogate()).map((local) => `${local}@example.org`),
  'a parameter behind a bracket': valid.map((mailbox) => `${mailbox}> NOTIFY=NEVER`),
  'a parameter behind both brackets': valid.map((mailbox) => `<${mailbox}> SIZE=1`),
  'a parameter between brackets': valid.map((mailbox) => `<${mailbox}> SIZE=1 <>`),
  'one bracket': fc.tuple(valid, fc.boolean()).map(([mailbox, open]) => (open ? `<${mailbox}` : `${mailbox}>`)),
  'two pairs of brackets': valid.map((mailbox) => `<<${mailbox}>>`),
  'a bracket within': inserted(local, oneOf('<>')).map((local) => `${local}@example.org`),
  'a display name': valid.map((mailbox) => `Ann <${mailbox}>`),
  'a source route': fc.tuple(place, valid).map(([host, mailbox]) => `<@${host}:${mailbox}>`),
  'a comment': fc.tuple(local, place).map(([local, host]) => `${local}(comment)@${host}`),
  'two mailboxes': fc.tuple(valid, oneOf(',; ')).map(([mailbox, separator]) => `${mailbox}${separator}${mailbox}`),
  'no local part': place.map((host) => `@${host}`),
  'no domain': local.filter((local) => !/^postmaster$/i.test(local)),
  'an empty domain': local.map((local) => `${local}@`),
  'two @': fc.tuple(local, place, place).map((parts) => parts.join('@')),
  'a special character outside quotes': inserted(local, oneOf(' "(),:;<>@[\\]')).map((local) => `${local}@example.org`),
  'an empty atom': fc
    .oneof(
      local.map((local) => `.${local}`),
      local.map((local) => `${local}.`),
      twice(local, '..'),
    )
    .map(at),
  'a local part of 65 octets': fc.constantFrom('x'.repeat(65), 'é'.repeat(33), `"${'x'.repeat(63)}"`).map(at),
  'an open quote': fc.constantFrom('"', '"ann', '"ann\\"', '"ann\\').map(at),
  'a quoted string and more': fc.tuple(local, letterOrDigit).map(([local, more]) => at(`"${local}"${more}`)),
  'an escaped character beyond US-ASCII': fc.constantFrom('"\\é"', '"a\\例"').map(at),
  'an empty label': fc
    .oneof(
      place.map((host) => `.${host}`),
      place.map((host) => `${host}.`),
      twice(place, '..'),
    )
    .map(on),
  'a label with a hyphen at its end': fc
    .oneof(
      label().map((label) => `-${label}`),
      label().map((label) => `${label}-`),
    )
    .map(on),
  'a character that no domain holds': inserted(label(), oneOf(' !"#$%&\'()*+,/:;<=>?@[\\]^_`{|}~')).map((host) =>
    on(host),
  ),
  'a label of 64 octets': fc.constant(on('x'.repeat(64))),
  'a domain of 256 octets': fc.constant(on(`${longestDomain.slice(1)}.e`)),
  'a path of 257 octets': fc.constant(`ab@${longestDomain.slice(3)}`),
  'an open literal': fc
    .constantFrom('[192.0.2.1', '[192.0.2.12', '192.0.2.1]', '[', '[IPv6:::1', '[192.0.2.1]x')
    .map(on),
  'no IPv4 address': fc
    .constantFrom(
      '[256.0.0.1]',
      '[1.2.3]',
      '[1.2.3.4.5]',
      '[1.2.3.]',
      '[1..2.3]',
      '[]',
      '[ 1.2.3.4]',
      '[0x1.2.3.4]',
      '[1.2.3.1234]',
      '[16909060]',
    )
    .map(on),
  'no IPv6 address': fc
    .constantFrom(
      '[IPv6:]',
      '[IPv6:1:2]',
      '[IPv6::::]',
      '[IPv6:1::2::3]',
      '[IPv6:12345::]',
      '[IPv6:g::]',
      '[IPv6:1:2:3:4:5:6:7:8:9]',
      '[IPv6:::1%eth0]',
      '[IPv6:::256.1.1.1]',
      '[::1]',
      '[IPv6:[::1]]',
      '[IPv6:::1]]',
    )
    .map(on),
}

function at(localPart: string): string {
  return `${localPart}@example.org`
}

function on(place: string): string {
  return `ann@${place}`
}

/** A text of the first arbitrary with one of the second in it, at any place. */
function inserted(texts: fc.Arbitrary<string>, inserts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, inserts, fc.nat()).map(([text, insert, place]) => {
    const index = place % (text.length + 1)
    return text.slice(0, index) + insert + text.slice(index)
  })
}

function twice(texts: fc.Arbitrary<string>, separator: string): fc.Arbitrary<string> {
  return fc.tuple(texts, texts).map((both) => both.join(separator))
}
