import { noExtensions, policies } from '@sansmtp/testkit'
import { runExamples } from './support/dialogue-examples.ts'

const outbox =
  'imap://harry@gryffindor.example.com/outbox;uidvalidity=1078863300/;uid=25;urlauth=submit+harry:internal:91354a47'
const submission = { '8BITMIME': true, BURL: ['imap'], AUTH: ['PLAIN'], DSN: true, CHUNKING: false, STARTTLS: false }

runExamples([
  {
    title: 'RFC 4468 §3.4: a message from a URL',
    users: { harry: 'accio' },
    secure: true,
    extensions: submission,
    urls: { [outbox]: 'Subject: hi\r\n' },
    steps: [
      { client: ['EHLO potter.example.com', 'AUTH PLAIN aGFycnkAaGFycnkAYWNjaW8='], codes: [250, 235] },
      { client: ['MAIL FROM:<harry@gryffindor.example.com>'], codes: [250] },
      { client: ['RCPT TO:<ron@gryffindor.example.com>', `BURL ${outbox} LAST`], codes: [250, 250] },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [['Subject: hi\r\n', 'ron@gryffindor.example.com']],
  },
  {
    title: 'RFC 4468 §3.4: with pipelining, nobody accepted, and then no such URL',
    secure: true,
    extensions: submission,
    policy: policies.refuseRecipient('malfoy@slitherin.example.com', '550 5.7.1 Relaying not allowed'),
    steps: [
      { client: ['EHLO potter.example.com'], codes: [250] },
      {
        client: [
          'MAIL FROM:<harry@gryffindor.example.com>',
          'RCPT TO:<malfoy@slitherin.example.com>',
          `BURL ${outbox} LAST`,
        ],
        together: true,
        codes: [250, 550, 554],
      },
      {
        client: [
          'RSET',
          'MAIL FROM:<harry@gryffindor.example.com>',
          'RCPT TO:<ron@gryffindor.example.com>',
          `BURL ${outbox} LAST`,
        ],
        together: true,
        codes: [250, 250, 250, 554],
      },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [],
  },
  {
    title: 'Postfix’s XCLIENT_README: as another client',
    extensions: { XCLIENT: ['NAME', 'ADDR', 'PROTO', 'HELO'] },
    steps: [
      { client: ['EHLO client.example.com', 'XCLIENT NAME=spike.porcupine.org ADDR=168.100.189.2'], codes: [250, 220] },
      { client: ['EHLO spike.porcupine.org', 'MAIL FROM:<wietse@porcupine.org>'], codes: [250, 250] },
      { client: ['RCPT TO:<user@example.com>', 'DATA', 'message', '.', 'QUIT'], codes: [250, 354, 250, 221] },
    ],
    messages: [['message\r\n', 'user@example.com']],
  },
  {
    title: 'Postfix’s XFORWARD_README: on behalf of another client',
    extensions: { XFORWARD: ['NAME', 'ADDR', 'PROTO', 'HELO'] },
    steps: [
      { client: ['EHLO client.example.com'], codes: [250] },
      { client: ['XFORWARD NAME=spike.porcupine.org ADDR=168.100.189.2 PROTO=ESMTP'], codes: [250] },
      { client: ['XFORWARD HELO=spike.porcupine.org', 'MAIL FROM:<wietse@porcupine.org>'], codes: [250, 250] },
      { client: ['RCPT TO:<user@example.com>', 'DATA', 'message', '.', 'QUIT'], codes: [250, 354, 250, 221] },
    ],
    messages: [['message\r\n', 'user@example.com']],
  },
  {
    title: 'Exim’s PRDR: one of three does not want it',
    extensions: { ...noExtensions, PIPELINING: true, PRDR: true },
    policy: policies.refuseContentFor('b@test.ex', '550 PRDR R=<b@test.ex> refusal'),
    steps: [
      { client: ['EHLO testing.testing'], codes: [250] },
      {
        client: [
          'MAIL FROM:<x@test.ex> PRDR',
          'RCPT TO:<a@test.ex>',
          'RCPT TO:<b@test.ex>',
          'RCPT TO:<c@test.ex>',
          'DATA',
        ],
        together: true,
        codes: [250, 250, 250, 250, 354],
      },
      { client: ['Subject: x', '.', 'QUIT'], together: true, codes: [353, 250, 550, 250, 250, 221] },
    ],
    messages: [['Subject: x\r\n', 'a@test.ex', 'c@test.ex']],
  },
])
