import { encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'

/** A reply to EHLO or LHLO as servers send it, and what a client must find in it. */
export interface EhloExample {
  /** Whose reply it is like. */
  readonly server: string
  readonly bytes: Uint8Array
  /** In upper case, each once, in order. A line that no RFC knows may bring a client to find more. */
  readonly keywords: readonly string[]
  /** In upper case, each once, in order. */
  readonly authMechanisms: readonly string[]
}

interface Style {
  readonly greeting: string
  readonly lines: readonly string[]
}

const styles: Readonly<Record<string, Style>> = {
  Postfix: {
    greeting: 'mail.example',
    lines: [
      'PIPELINING',
      'SIZE 10240000',
      'VRFY',
      'ETRN',
      'STARTTLS',
      'AUTH PLAIN LOGIN',
      'AUTH=PLAIN LOGIN',
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'DSN',
      'SMTPUTF8',
      'CHUNKING',
    ],
  },
  Exim: {
    greeting: 'mail.example Hello client.example [192.0.2.1]',
    lines: [
      'SIZE 52428800',
      'LIMITS MAILMAX=1000 RCPTMAX=50000',
      '8BITMIME',
      'PIPELINING',
      'PIPECONNECT',
      'AUTH PLAIN LOGIN',
      'CHUNKING',
      'STARTTLS',
      'PRDR',
      'HELP',
    ],
  },
  Exchange: {
    greeting: 'EX01.mail.example Hello [192.0.2.1]',
    lines: [
      'SIZE 37748736',
      'PIPELINING',
      'DSN',
      'ENHANCEDSTATUSCODES',
      'STARTTLS',
      'X-ANONYMOUSTLS',
      'AUTH NTLM LOGIN',
      'X-EXPS GSSAPI NTLM',
      '8BITMIME',
      'BINARYMIME',
      'CHUNKING',
      'SMTPUTF8',
      'XRDST',
    ],
  },
  'Exchange of old': {
    greeting: 'mail.example Hello [192.0.2.1]',
    lines: [
      'TURN',
      'SIZE',
      'ETRN',
      'PIPELINING',
      'DSN',
      'ENHANCEDSTATUSCODES',
      '8bitmime',
      'BINARYMIME',
      'CHUNKING',
      'VRFY',
      'X-EXPS GSSAPI NTLM LOGIN',
      'X-EXPS=LOGIN',
      'AUTH GSSAPI NTLM LOGIN',
      'AUTH=LOGIN',
      'X-LINK2STATE',
      'XEXCH50',
      'OK',
    ],
  },
  Gmail: {
    greeting: 'smtp.gmail.example at your service, [192.0.2.1]',
    lines: [
      'SIZE 36700160',
      '8BITMIME',
      'AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH',
      'ENHANCEDSTATUSCODES',
      'PIPELINING',
      'CHUNKING',
      'SMTPUTF8',
    ],
  },
  qmail: { greeting: 'mail.example', lines: ['PIPELINING', '8BITMIME'] },
  'qmail, patched': {
    greeting: 'mail.example',
    lines: ['AUTH LOGIN CRAM-MD5 PLAIN', 'AUTH=LOGIN CRAM-MD5 PLAIN', 'STARTTLS', 'PIPELINING', '8BITMIME', 'SIZE 0'],
  },
  'Dovecot, LMTP': {
    greeting: 'mail.example',
    lines: ['8BITMIME', 'CHUNKING', 'ENHANCEDSTATUSCODES', 'PIPELINING', 'STARTTLS', 'VRFY'],
  },
  'Dovecot, submission': {
    greeting: 'mail.example',
    lines: [
      '8BITMIME',
      'AUTH PLAIN LOGIN',
      'BURL imap',
      'CHUNKING',
      'ENHANCEDSTATUSCODES',
      'SIZE',
      'VRFY',
      'PIPELINING',
    ],
  },
  sendmail: {
    greeting: 'mail.example Hello client.example [192.0.2.1], pleased to meet you',
    lines: [
      'ENHANCEDSTATUSCODES',
      'PIPELINING',
      'EXPN',
      'VERB',
      '8BITMIME',
      'SIZE 20000000',
      'DSN',
      'ETRN',
      'AUTH DIGEST-MD5 CRAM-MD5',
      'DELIVERBY',
      'HELP',
    ],
  },
  'sendmail of old': {
    greeting: 'mail.example Hello client.example [192.0.2.1], pleased to meet you',
    lines: ['EXPN', 'VERB', '8BITMIME', 'SIZE', 'DSN', 'ONEX', 'ETRN', 'XUSR', 'HELP'],
  },
  'nothing but its name': { greeting: 'mail.example', lines: [] },
}

/**
 * EHLO replies as seen in the wild: those of common servers, some lines left out or said twice, in any case, with
 * odd spacing, with CRLF or bare LF.
 */
export function ehloReply(): fc.Arbitrary<EhloExample> {
  const trait = fc.record({
    said: fc.constantFrom(1, 1, 1, 1, 0, 2),
    blanks: fc.constantFrom(' ', ' ', ' ', '  ', '\t'),
    behind: fc.constantFrom('', '', '', ' ', '\t '),
    lowerCase: fc.constantFrom(false, false, false, true),
  })
  return fc
    .record({
      server: fc.constantFrom(...Object.keys(styles)),
      traits: fc.array(trait, { minLength: 1, maxLength: 6 }),
      lineEnding: fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
    })
    .map(({ server, traits, lineEnding }) => {
      const { greeting, lines } = styles[server] ?? { greeting: '', lines: [] }
      const said = lines.flatMap((line, i) => {
        const { said = 1, blanks = ' ', behind = '', lowerCase = false } = traits[i % traits.length] ?? {}
        const spaced = line.replaceAll(' ', blanks) + behind
        return Array.from({ length: said }, () => (lowerCase ? spaced.toLowerCase() : spaced))
      })
      const all = [greeting, ...said]
      const text = all.map((line, i) => `250${i < all.length - 1 ? '-' : ' '}${line}${lineEnding}`).join('')
      return { server, bytes: encodeUtf8(text), ...expectationsOf(said) }
    })
}

function expectationsOf(lines: readonly string[]): Pick<EhloExample, 'keywords' | 'authMechanisms'> {
  // RFC 4954 §3 has AUTH with blanks; AUTH= is how drafts before RFC 2554 had it.
  const words = lines.map((line) =>
    line
      .toUpperCase()
      .replace(/^AUTH=/, 'AUTH ')
      .trim()
      .split(/[ \t]+/),
  )
  const keywords = words.map(([keyword = '']) => keyword).filter((keyword) => /^[A-Z0-9-]+$/.test(keyword))
  const mechanisms = words.filter(([keyword]) => keyword === 'AUTH').flatMap(([, ...mechanisms]) => mechanisms)
  return { keywords: [...new Set(keywords)], authMechanisms: [...new Set(mechanisms)] }
}
