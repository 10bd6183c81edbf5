import type { Content } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { connect, data, ehlo, mail, noop, offering, rcpt, sendMail } from './vocabulary.ts'

const text = (content: string): Content => ({ text: content })
const octets = (content: string): Content => ({ octets: content })

const contents: readonly (readonly [name: string, message: Content])[] = [
  ['text with CRLF', text('Subject: x\r\n\r\nHello.\r\n')],
  ['text with LF', text('Subject: x\n\nHello.\n')],
  ['text with CR', text('Subject: x\r\rHello.\r')],
  ['text with every ending', text('one\r\ntwo\nthree\rfour\r\r\nfive\n\rsix')],
  ['text without a last line ending', text('Subject: x\n\nHello.')],
  ['empty text', text('')],
  ['text with dots', text('.\n..\n.one\n two.\n.')],
  ['text beyond ASCII', text('grüße\n')],
  ['octets with CRLF', octets('Subject: x\r\n\r\nHello.\r\n')],
  ['octets with LF', octets('Subject: x\n\nHello.\n')],
  ['octets with CR', octets('Subject: x\r\rHello.\r')],
  ['octets with CR before a dot', octets('one\r.\r\ntwo\r\n')],
  ['octets with LF before a dot', octets('one\r\ntwo\n.\r\nthree\r\n')],
  ['octets without a last line ending', octets('Subject: x\r\n\r\nHello.')],
  ['octets with a CR at the end', octets('Hello.\r')],
  ['no octets', octets('')],
  ['octets with dots', octets('.\r\n..\r\n.one\r\n two.\r\n...\r\n')],
  ['a dot alone', octets('.')],
  ['a dot and a line ending', octets('.\r\n')],
  ['a dot at the end', octets('one\r\n.')],
  ['empty lines at the end', octets('one\r\n\r\n\r\n')],
  ['a line of 2,000 octets', octets(`${'x'.repeat(2000)}\r\n`)],
  ['NUL and other controls', octets('one\0two\x01\x7f\r\n')],
  ['300,000 octets', octets(`${'0123456789'.repeat(7)}\r\n`.repeat(4167))],
  ['300,000 octets of dots', octets('.\r\n'.repeat(100_000))],
]

const eightBit = octets('Subject: x\r\n\r\ngr\xfc\xdfe\r\n')

export const contentScenarios: readonly Scenario[] = [
  ...contents.map(
    ([name, message]): Scenario => ({
      name: `content: ${name}`,
      parity: [22],
      server: { replies: { EHLO: offering('SIZE') } },
      calls: [connect, sendMail({ message }), noop],
    }),
  ),
  {
    name: 'DATA by itself: text beyond ASCII',
    parity: [22],
    server: {},
    calls: [connect, ehlo, mail(), rcpt(), data(text('grüße\n'))],
  },
  ...contents
    .slice(0, 20)
    .filter(([name]) => name !== 'text beyond ASCII')
    .map(
      ([name, message]): Scenario => ({
        name: `DATA by itself: ${name}`,
        parity: [22],
        server: {},
        calls: [connect, ehlo, mail(), rcpt(), data(message), noop],
      }),
    ),
  {
    name: 'content: octets beyond ASCII',
    parity: [22, 26],
    server: { replies: { EHLO: offering('SIZE', '8BITMIME') } },
    calls: [connect, sendMail({ message: eightBit }), noop],
  },
  {
    name: 'content: octets beyond ASCII, announced by the caller',
    parity: [22, 26],
    server: { replies: { EHLO: offering('8BITMIME') } },
    calls: [connect, sendMail({ message: eightBit, mailOptions: ['BODY=8BITMIME'] }), noop],
  },
  {
    name: 'content: octets beyond ASCII without 8BITMIME',
    parity: [22, 26],
    server: { replies: { EHLO: offering('SIZE') } },
    calls: [connect, sendMail({ message: eightBit }), noop],
  },
  {
    name: 'content: ASCII octets with 8BITMIME',
    parity: [22, 26],
    server: { replies: { EHLO: offering('8BITMIME') } },
    calls: [connect, sendMail(), noop],
  },
]
