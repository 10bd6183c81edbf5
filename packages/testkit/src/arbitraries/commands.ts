import type { BdatCommand, LineCommand } from '@sansmtp/core'
import fc from 'fast-check'
import { between, letterOrDigit, oneOf } from './characters.ts'
import { addressLiteral, domain, ipv4, ipv6 } from './domains.ts'
import { mailbox } from './mailboxes.ts'
import { parameters } from './parameters.ts'

/** Any command of one line that is well formed, whether or not it would be legal where it is sent. */
export function command(): fc.Arbitrary<LineCommand> {
  return fc.oneof(
    helloCommand(),
    mailCommand(),
    rcptCommand(),
    fc.record({ verb: fc.constantFrom('DATA', 'RSET', 'QUIT', 'STARTTLS') }),
    fc.record({ verb: fc.constantFrom('VRFY', 'EXPN', 'ETRN'), argument: commandArgument() }),
    fc.record({ verb: fc.constantFrom('NOOP', 'HELP'), argument: commandArgument() }, { requiredKeys: ['verb'] }),
    authCommand(),
    forwardCommand(),
    fc.record({
      verb: fc.constant('AUTH-RESPONSE'),
      response: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant('cancel')),
    }),
    otherCommand(),
  )
}

export function helloCommand(): fc.Arbitrary<LineCommand> {
  return fc.record({ verb: fc.constantFrom('EHLO', 'HELO', 'LHLO'), domain: fc.oneof(domain(), addressLiteral()) })
}

export function mailCommand(): fc.Arbitrary<LineCommand> {
  const from = fc.oneof({ weight: 5, arbitrary: mailbox({ utf8: true }) }, { weight: 1, arbitrary: fc.constant('') })
  return fc.record(
    { verb: fc.constant('MAIL'), from, parameters: parameters({ utf8: true }) },
    { requiredKeys: ['verb', 'from'] },
  )
}

export function rcptCommand(): fc.Arbitrary<LineCommand> {
  const to = fc.oneof(
    { weight: 5, arbitrary: mailbox({ utf8: true }) },
    { weight: 1, arbitrary: fc.constant('Postmaster') },
  )
  return fc.record(
    { verb: fc.constant('RCPT'), to, parameters: parameters({ utf8: true }) },
    { requiredKeys: ['verb', 'to'] },
  )
}

export function authCommand(): fc.Arbitrary<LineCommand> {
  return fc.record(
    {
      verb: fc.constant('AUTH'),
      mechanism: fc.oneof(fc.constantFrom('PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'X-OWN_1'), mechanismName()),
      initialResponse: fc.uint8Array({ maxLength: 40 }),
    },
    { requiredKeys: ['verb', 'mechanism'] },
  )
}

/** Content in chunks: all of it in one, or each piece of it in one. */
export function bdatCommand(): fc.Arbitrary<BdatCommand> {
  return fc.record({ verb: fc.constant('BDAT'), size: fc.nat(100), binary: fc.boolean() }, { requiredKeys: ['verb'] })
}

/** Postfix's XCLIENT and XFORWARD, with attributes that are in form. */
export function forwardCommand(): fc.Arbitrary<LineCommand> {
  const attributes = fc.record(
    {
      NAME: fc.oneof(domain(), fc.constant('[UNAVAILABLE]')),
      ADDR: fc.oneof(
        ipv4(),
        ipv6().map((address) => `IPV6:${address}`),
      ),
      PORT: fc.nat(65_535).map(String),
      HELO: fc.string({ unit: between('!', '~'), minLength: 1, maxLength: 20 }),
    },
    { requiredKeys: ['PORT'] },
  )
  return fc.record({ verb: fc.constantFrom('XCLIENT', 'XFORWARD'), attributes })
}

/** A verb that has no form of its own: an `X` before it keeps it from being one that has. */
export function otherCommand(): fc.Arbitrary<LineCommand> {
  const name = fc.string({ unit: fc.oneof(letterOrDigit, oneOf('-')), maxLength: 20 }).map((rest) => `X${rest}`)
  return fc.record(
    { verb: fc.constant('OTHER'), name, argument: commandArgument() },
    { requiredKeys: ['verb', 'name'] },
  )
}

/** A SASL mechanism's name (RFC 4422 §3.1). */
export function mechanismName(): fc.Arbitrary<string> {
  return fc.string({ unit: oneOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'), minLength: 1, maxLength: 20 })
}

/** Printable US-ASCII with blanks only within. */
export function commandArgument(): fc.Arbitrary<string> {
  return fc
    .tuple(between('!', '~'), fc.string({ unit: between(' ', '~'), maxLength: 30 }), between('!', '~'))
    .map((parts) => parts.join(''))
}
