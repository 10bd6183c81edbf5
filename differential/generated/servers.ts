import * as fc from 'fast-check'
import { closing, hangsUp, type Reply } from '../server/answer.ts'
import type { ServerScript } from '../server/server-script.ts'
import { delivered, replies, texts } from './texts.ts'

/** What the scenarios that are made for a server must know of it. */
export interface GeneratedServer {
  readonly script: ServerScript
  /** The keywords that it offers, in capitals; none where it knows HELO only. */
  readonly offers: readonly string[]
  /** It refuses HELO as well. */
  readonly refusesHello: boolean
  readonly protocol: 'smtp' | 'lmtp'
}

const keywords = [
  'SIZE',
  'SIZE 10240000',
  '8BITMIME',
  'PIPELINING',
  'DSN',
  'HELP',
  'VRFY',
  'ENHANCEDSTATUSCODES',
  'SMTPUTF8',
  'X-OTHER one Two',
] as const

const mechanisms = fc
  .subarray(['PLAIN', 'LOGIN', 'CRAM-MD5', 'GSSAPI'], { minLength: 1 })
  .chain((names) =>
    fc.constantFrom(
      [`AUTH ${names.join(' ')}`],
      [`AUTH=${names.join(' ')}`],
      [`AUTH ${names[0]}`, `AUTH=${names.slice(1).join(' ')}`],
    ),
  )

const offers: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.shuffledSubarray([...keywords]), fc.option(mechanisms, { freq: 2 }))
  .map(([some, auth]) => [
    ...some.filter((keyword) => keyword !== 'SIZE' || !some.includes('SIZE 10240000')),
    ...(auth ?? []),
  ])

/** Keywords may come in any case; names of mechanisms and words of one's own are as they are. */
function inSomeCase(keyword: string): fc.Arbitrary<string> {
  const [, name = '', rest = ''] = /^([\w-]+)(.*)$/.exec(keyword) ?? []
  return fc
    .constantFrom(name, name, name.toLowerCase(), name.slice(0, 1) + name.slice(1).toLowerCase())
    .map((some) => some + rest)
}

function ehloReply(offered: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(texts, ...offered.map(inSomeCase)).map(([[greeting = ''], ...lines]) => {
    const all = [`mail.example ${greeting}`, ...lines]
    return all.map((line, i) => `250${i < all.length - 1 ? '-' : ' '}${line}`).join('\n')
  })
}

/** Mostly well, sometimes refused, and now and then the end: of two replies each is used once, and the last from then on. */
function fate(...codes: readonly number[]): fc.Arbitrary<Reply | readonly Reply[]> {
  const one = delivered(
    fc.oneof(
      { weight: 20, arbitrary: replies(...codes) },
      { weight: 2, arbitrary: replies(550, 554, 552, 500, 501) },
      { weight: 1, arbitrary: replies(450, 451, 452) },
    ),
  )
  const end = fc.oneof(fc.constant(hangsUp), replies(421).map(closing))
  return fc.oneof(
    { weight: 14, arbitrary: one },
    { weight: 6, arbitrary: fc.tuple(one, one) },
    { weight: 3, arbitrary: fc.tuple(one, one, one) },
    { weight: 1, arbitrary: end },
    { weight: 1, arbitrary: fc.tuple(one, end) },
  )
}

const refusedHello = delivered(replies(500, 502, 550, 501))

const helloReplies = (offered: readonly string[]) =>
  fc.oneof(
    { weight: 16, arbitrary: fc.record({ EHLO: delivered(ehloReply(offered)) }).map((said) => ({ said, offered })) },
    {
      weight: 3,
      arbitrary: fc
        .record({ EHLO: refusedHello, HELO: delivered(replies(250)) })
        .map((said) => ({ said, offered: [] })),
    },
    {
      weight: 1,
      arbitrary: fc.record({ EHLO: refusedHello, HELO: refusedHello }).map((said) => ({ said, offered: undefined })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ EHLO: fc.oneof(fc.constant(hangsUp), replies(421).map(closing)) })
        .map((said) => ({ said, offered: [] })),
    },
  )

// Of what a refused DATA and a 2xx that is not 250 do, and of a refused RSET, the written scenarios tell.
const others = fc.record({
  GREETING: delivered(replies(220)),
  MAIL: fate(250),
  RCPT: fate(250, 250, 251),
  DATA: fate(354),
  CONTENT: fate(250),
  RSET: delivered(replies(250)),
  NOOP: fate(250),
  VRFY: fate(250, 251, 252),
  EXPN: fate(250, 252),
  HELP: fate(214, 211),
  OTHER: fate(250, 500),
  QUIT: fc.oneof(
    { weight: 6, arbitrary: delivered(replies(221)) },
    { weight: 1, arbitrary: fc.constant(hangsUp) },
    { weight: 1, arbitrary: replies(250, 500) },
  ),
})

/** LOGIN and CRAM-MD5 are asked for more. What PLAIN makes of that is for the written scenarios. */
function authReplies(offered: readonly string[]): fc.Arbitrary<Readonly<Record<string, Reply>>> {
  const atOnce = fc.record({ AUTH: delivered(replies(235, 235, 503, 535, 504)) })
  const asked = fc.record({ AUTH: fc.constant('334 cGxlYXNlPw=='), RESPONSE: delivered(replies(235, 235, 535)) })
  return offered.some((keyword) => /PLAIN/.test(keyword)) ? atOnce : fc.oneof(atOnce, asked)
}

const smtpServers: fc.Arbitrary<GeneratedServer> = offers.chain((candidates) =>
  fc.tuple(helloReplies(candidates), others, authReplies(candidates)).map(([{ said, offered }, rest, auth]) => ({
    script: { replies: { ...rest, ...auth, ...said }, ordered: true },
    offers: (offered ?? []).map((keyword) => keyword.toUpperCase()),
    refusesHello: offered === undefined,
    protocol: 'smtp',
  })),
)

const lmtpServers: fc.Arbitrary<GeneratedServer> = offers.chain((candidates) =>
  fc.tuple(delivered(ehloReply(candidates)), others, authReplies(candidates)).map(([LHLO, rest, auth]) => ({
    // smtplib leaves the transaction of a refused DATA open, and its recipients get the next one's content too.
    script: { replies: { ...rest, ...auth, LHLO, DATA: '354 go ahead' }, ordered: true },
    offers: ['LHLO', ...candidates.map((keyword) => keyword.toUpperCase())],
    refusesHello: false,
    protocol: 'lmtp',
  })),
)

/** Servers that are odd within reason. */
export const servers: fc.Arbitrary<GeneratedServer> = fc.oneof(
  { weight: 6, arbitrary: smtpServers },
  { weight: 1, arbitrary: lmtpServers },
)
