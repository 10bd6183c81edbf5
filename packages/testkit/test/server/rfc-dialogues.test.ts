import { noExtensions, policies } from '@sansmtp/testkit'
import { expect, test } from 'vitest'
import { Conversation } from './support/conversation.ts'
import { type DialogueExample, runExamples } from './support/dialogue-examples.ts'

const pipelining = { ...noExtensions, PIPELINING: true }

const examples: readonly DialogueExample[] = [
  {
    title: 'RFC 5321 D.1: a typical transaction',
    policy: policies.refuseRecipient('Green@foo.com'),
    steps: [
      { client: ['EHLO bar.com'], codes: [250] },
      { client: ['MAIL FROM:<Smith@bar.com>'], codes: [250] },
      {
        client: ['RCPT TO:<Jones@foo.com>', 'RCPT TO:<Green@foo.com>', 'RCPT TO:<Brown@foo.com>'],
        codes: [250, 550, 250],
      },
      { client: ['DATA'], codes: [354] },
      { client: ['Blah blah blah...', '...etc. etc. etc.', '.'], codes: [250] },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [['Blah blah blah...\r\n..etc. etc. etc.\r\n', 'Jones@foo.com', 'Brown@foo.com']],
  },
  {
    title: 'RFC 5321 D.2: an aborted transaction',
    policy: policies.refuseRecipient('Green@foo.com'),
    steps: [
      { client: ['EHLO bar.com', 'MAIL FROM:<Smith@bar.com>', 'RCPT TO:<Jones@foo.com>'], codes: [250, 250, 250] },
      { client: ['RCPT TO:<Green@foo.com>', 'RSET', 'QUIT'], codes: [550, 250, 221] },
    ],
    messages: [],
  },
  {
    title: 'RFC 5321 D.4: verifying',
    steps: [
      { client: ['EHLO bar.com', 'VRFY Crispin', 'MAIL FROM:<EAK@bar.com>', 'QUIT'], codes: [250, 252, 250, 221] },
    ],
    messages: [],
  },
  {
    title: 'RFC 2920 §4: a transaction without pipelining',
    extensions: noExtensions,
    steps: [
      { client: ['HELO dbc.mtview.ca.us', 'MAIL FROM:<mrose@dbc.mtview.ca.us>'], codes: [250, 250] },
      { client: ['RCPT TO:<ned@innosoft.com>', 'RCPT TO:<dan@innosoft.com>', 'DATA'], codes: [250, 250, 354] },
      { client: ['hello', '.', 'QUIT'], codes: [250, 221] },
    ],
    messages: [['hello\r\n', 'ned@innosoft.com', 'dan@innosoft.com']],
  },
  {
    title: 'RFC 2920 §4: the same with pipelining, QUIT riding behind the content',
    extensions: pipelining,
    steps: [
      { client: ['EHLO dbc.mtview.ca.us'], codes: [250] },
      {
        client: [
          'MAIL FROM:<mrose@dbc.mtview.ca.us>',
          'RCPT TO:<ned@innosoft.com>',
          'RCPT TO:<dan@innosoft.com>',
          'DATA',
        ],
        together: true,
        codes: [250, 250, 250, 354],
      },
      { client: ['hello', '.', 'QUIT'], together: true, codes: [250, 221] },
    ],
    messages: [['hello\r\n', 'ned@innosoft.com', 'dan@innosoft.com']],
  },
  {
    title: 'RFC 2920 §4: all recipients refused, and DATA with them',
    extensions: pipelining,
    policy: policies.refuseRecipient(() => true),
    steps: [
      { client: ['EHLO dbc.mtview.ca.us'], codes: [250] },
      {
        client: ['MAIL FROM:<a@b.example>', 'RCPT TO:<nsb@thumper.bellcore.com>', 'RCPT TO:<galvin@tis.com>', 'DATA'],
        together: true,
        codes: [250, 550, 550, 554],
      },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [],
  },
  {
    title: 'RFC 2920 §4: all recipients refused, DATA accepted, a lone dot',
    extensions: pipelining,
    policy: policies.firstOf(
      policies.refuseRecipient(() => true),
      policies.askForContentOfNobody(),
    ),
    steps: [
      { client: ['EHLO dbc.mtview.ca.us'], codes: [250] },
      {
        client: ['MAIL FROM:<a@b.example>', 'RCPT TO:<nsb@thumper.bellcore.com>', 'DATA'],
        together: true,
        codes: [250, 550, 354],
      },
      { client: ['.', 'QUIT'], together: true, codes: [554, 221] },
    ],
    messages: [],
  },
  {
    title: 'RFC 3030 §4.1: simple chunking',
    extensions: { ...noExtensions, CHUNKING: true },
    steps: [
      {
        client: ['EHLO ymir.claremont.edu', 'MAIL FROM:<Sam@Random.com>', 'RCPT TO:<Susan@Random.com>'],
        codes: [250, 250, 250],
      },
      {
        client: [
          'BDAT 86 LAST',
          'To: Susan@random.com',
          'From: Sam@random.com',
          'Subject: This is a bodyless test message',
        ],
        codes: [250],
      },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [
      [
        'To: Susan@random.com\r\nFrom: Sam@random.com\r\nSubject: This is a bodyless test message\r\n',
        'Susan@Random.com',
      ],
    ],
  },
  {
    title: 'RFC 3030 §4.2: BINARYMIME and pipelined chunks',
    extensions: { ...pipelining, CHUNKING: true, BINARYMIME: true },
    steps: [
      { client: ['EHLO ymir.claremont.edu'], codes: [250] },
      {
        client: ['MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME', 'RCPT TO:<gvaudre@cnri.reston.va.us>'],
        together: true,
        codes: [250, 250],
      },
      { client: ['BDAT 4', '\0\n', 'BDAT 4', '\r\xff', 'BDAT 0 LAST'], together: true, codes: [250, 250, 250] },
      { client: ['QUIT'], codes: [221] },
    ],
    messages: [['\0\n\r\n\r\xff\r\n', 'gvaudre@cnri.reston.va.us']],
  },
  {
    title: 'RFC 2033: a reply for each accepted recipient after the content',
    protocol: 'lmtp',
    policy: policies.firstOf(
      policies.refuseRecipient('green@foo.edu'),
      policies.refuseContentFor('dan@foo.edu', '452 4.2.2 <dan@foo.edu> is temporarily over quota'),
    ),
    steps: [
      { client: ['LHLO foo.edu'], codes: [250] },
      {
        client: [
          'MAIL FROM:<chris@bar.com>',
          'RCPT TO:<pat@foo.edu>',
          'RCPT TO:<green@foo.edu>',
          'RCPT TO:<dan@foo.edu>',
          'DATA',
        ],
        together: true,
        codes: [250, 250, 550, 250, 354],
      },
      { client: ['Blah blah blah...', '...etc. etc. etc.', '.', 'QUIT'], together: true, codes: [250, 452, 221] },
    ],
    messages: [['Blah blah blah...\r\n..etc. etc. etc.\r\n', 'pat@foo.edu']],
  },
  {
    title: 'RFC 4954 §4.1: AUTH with an initial response',
    users: { test: '1234' },
    extensions: { AUTH: ['PLAIN'] },
    steps: [{ client: ['EHLO client.example.com', 'AUTH PLAIN AHRlc3QAMTIzNA==', 'QUIT'], codes: [250, 235, 221] }],
    messages: [],
  },
]

runExamples(examples)

test('RFC 3207 §5: STARTTLS, and everything anew behind it', () => {
  const conversation = new Conversation()
  expect(conversation.say('EHLO mail.example.com')).toContain('250 STARTTLS')
  expect(conversation.say('STARTTLS')).toEqual(['220 2.0.0 ready to start TLS'])
  expect(conversation.types.slice(-2)).toEqual(['SendBytes', 'StartTlsRequested'])
  conversation.server.tlsEstablished()
  expect(conversation.server).toMatchObject({ secure: true, state: 'greeted' })
  expect(conversation.codes('MAIL FROM:<a@b.example>')).toEqual([503])
  expect(conversation.say('EHLO mail.example.com').join()).not.toContain('STARTTLS')
  expect(conversation.codes('MAIL FROM:<a@b.example>', 'QUIT')).toEqual([250, 221])
})
