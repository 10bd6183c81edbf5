import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { closing, hangsUp, type Reply } from '../server/answer.ts'
import {
  bob,
  close,
  command,
  connect,
  ehlo,
  from,
  helo,
  leaveScope,
  mail,
  noop,
  offering,
  quit,
  rcpt,
  rset,
  sendMail,
} from './vocabulary.ts'

/** After EHLO; then a NOOP shows that the call has sent nothing it should not have. */
function calling(name: string, row: number, ...calls: readonly Call[]): Scenario {
  return {
    name,
    parity: [row],
    server: { replies: { EHLO: offering('SIZE', 'DSN') } },
    calls: [connect, ehlo, ...calls, noop],
  }
}

const injected = 'one\r\nRSET'

const injections: readonly Scenario[] = [
  calling('CR LF in the name of EHLO', 14, { call: 'ehlo', name: injected }),
  calling('CR LF in the name of HELO', 14, { call: 'helo', name: injected }),
  calling('CR LF in a sender', 14, mail(`${from}>\r\nRSET`)),
  calling('CR LF in a quoted sender', 14, mail('"a\r\nb"@a.example')),
  calling('LF in a sender', 14, mail('ann\n@a.example')),
  calling('CR LF in a recipient', 14, mail(), rcpt(`${bob}>\r\nRSET`)),
  calling('CR LF in an option of MAIL', 14, mail(from, 'SIZE=1\r\nRSET')),
  calling('CR LF in an option of RCPT', 14, mail(), rcpt(bob, 'NOTIFY=NEVER\r\nRSET')),
  calling('LF in an option', 14, mail(from, 'SIZE=1\nRSET')),
  calling('CR in an option', 14, mail(from, 'SIZE=1\rRSET')),
  calling('CR LF in what is to be verified', 14, { call: 'vrfy', address: injected }),
  calling('CR LF in what is to be expanded', 14, { call: 'expn', address: injected }),
  calling('CR LF in a topic of HELP', 14, { call: 'help', topic: injected }),
  calling('CR LF in a verb', 14, command('XYZZY\r\nRSET')),
  calling('CR LF in an argument', 14, command('XYZZY', injected)),
  calling('LF in an argument', 14, command('XYZZY', 'one\nRSET')),
  calling('CR in an argument', 14, command('XYZZY', 'one\rRSET')),
  calling('CR LF in the sender of sendMail', 14, sendMail({ from: `${from}>\r\nRSET` })),
  calling('CR LF in a recipient of sendMail', 14, sendMail({ to: [`${bob}>\r\nRSET`] })),
  calling('CR LF in an option of sendMail', 14, sendMail({ mailOptions: ['RET=HDRS\r\nRSET'] })),
  calling('NUL in an argument', 14, command('XYZZY', 'one\0two')),
  calling('a tab in an argument', 14, command('XYZZY', 'one\ttwo')),
  calling('DEL in an argument', 14, command('XYZZY', 'one\x7ftwo')),
  calling('NUL in a sender', 14, mail('an\0n@a.example')),
  calling('NUL in a topic of HELP', 14, { call: 'help', topic: 'one\0two' }),
  calling('ESC in the name of EHLO', 14, { call: 'ehlo', name: 'one\x1btwo' }),
]

const addresses: readonly (readonly [name: string, address: string])[] = [
  ['no sender', ''],
  ['empty brackets', '<>'],
  ['an address', 'ann@a.example'],
  ['an address in brackets', '<ann@a.example>'],
  ['a name and an address', 'Ann <ann@a.example>'],
  ['a quoted name and an address', '"Ann, of A" <ann@a.example>'],
  ['a name of several words', 'Ann of A <ann@a.example>'],
  ['a name beyond ASCII', 'Änn <ann@a.example>'],
  ['a comment behind an address', 'ann@a.example (Ann)'],
  ['a comment before an address', '(Ann) ann@a.example'],
  ['blanks around an address', '  ann@a.example  '],
  ['a local part alone', 'John'],
  ['postmaster', 'postmaster'],
  ['a quoted local part', '"ann lee"@a.example'],
  ['a quoted local part with a bracket', '"ann>lee"@a.example'],
  ['a local part with dots and signs', 'ann.lee+tag=x@a.example'],
  ['an address literal', 'ann@[192.0.2.1]'],
  ['an IPv6 literal', 'ann@[IPv6:2001:db8::1]'],
  ['a domain in capitals', 'Ann@A.Example'],
  ['a local part of 64 octets', `${'a'.repeat(64)}@a.example`],
  ['a local part of 65 octets', `${'a'.repeat(65)}@a.example`],
  ['an option behind the address', 'ann@a.example> NOTIFY=NEVER'],
  ['an option behind brackets', '<ann@a.example> SIZE=1'],
  ['two addresses', 'ann@a.example, bob@b.example'],
  ['two dots', 'ann..lee@a.example'],
  ['a dot at the end', 'ann.@a.example'],
  ['two at signs', 'ann@lee@a.example'],
  ['no domain behind the at sign', 'ann@'],
  ['no local part', '@a.example'],
  ['a blank in the address', 'ann lee@a.example'],
  ['an open bracket', '<ann@a.example'],
  ['a source route', '<@a.example,@b.example:ann@c.example>'],
  ['an underscore in the domain', 'ann@a_b.example'],
]

const paths: readonly Scenario[] = addresses.flatMap(([name, address]) => [
  calling(`sender: ${name}`, 15, mail(address)),
  calling(`recipient: ${name}`, 15, mail(), rcpt(address)),
])

const questions: readonly Scenario[] = [
  calling('VRFY of an address', 16, { call: 'vrfy', address: 'ann@a.example' }),
  calling('VRFY of a name and an address', 16, { call: 'vrfy', address: 'Ann <ann@a.example>' }),
  calling('VRFY of an address in brackets', 16, { call: 'vrfy', address: '<ann@a.example>' }),
  calling('VRFY of a word', 16, { call: 'vrfy', address: 'Smith' }),
  calling('VRFY of two words', 16, { call: 'vrfy', address: 'John Smith' }),
  calling('VRFY of nothing', 16, { call: 'vrfy', address: '' }),
  calling('verify', 16, { call: 'verify', address: 'Ann <ann@a.example>' }),
  calling('EXPN of a list', 16, { call: 'expn', address: 'friends' }),
  calling('EXPN of a name and an address', 16, { call: 'expn', address: 'Friends <friends@a.example>' }),
  calling('HELP', 16, { call: 'help' }),
  calling('HELP on a topic', 16, { call: 'help', topic: 'MAIL' }),
  calling('a command of one’s own', 16, command('XYZZY')),
  calling('a command of one’s own with an argument', 16, command('xyzzy', 'One two')),
  calling('a known command by its name', 16, command('noop')),
  calling('a known command with an argument', 16, command('NOOP', 'hello')),
  calling('EHLO as a command', 16, command('EHLO', 'other.example')),
  calling(
    'MAIL and RCPT as commands',
    16,
    command('MAIL', 'FROM:<ann@a.example> SIZE=12'),
    command('rcpt', 'to:<bob@b.example>'),
  ),
  calling('MAIL as a command that is malformed', 16, command('MAIL', 'ann@a.example')),
  calling('RSET and VRFY as commands', 16, command('RSET'), command('vrfy', 'ann')),
  calling('a refused command', 16, command('ETRN', 'a.example')),
  ...(['vrfy', 'expn'] as const).flatMap((call) =>
    [
      '250 Ann <ann@a.example>',
      '250-one@a.example\n250 two@a.example',
      '252 perhaps',
      '550 nobody',
      '502 no',
      '450 no',
    ].map(
      (reply): Scenario => ({
        name: `${call.toUpperCase()} gets ${reply.slice(0, 4).replace('-', ' in two lines').trim()}`,
        parity: [16],
        server: { replies: { [call.toUpperCase()]: reply } },
        calls: [connect, ehlo, { call, address: 'ann' }, noop],
      }),
    ),
  ),
  ...['214-one\n214-two\n214 three', '211 system status', '502 no help', '504 not on that'].map(
    (HELP): Scenario => ({
      name: `HELP gets ${HELP.slice(0, 3)}`,
      parity: [16],
      server: { replies: { HELP } },
      calls: [connect, ehlo, { call: 'help' }, { call: 'help', topic: 'DATA' }],
    }),
  ),
  {
    name: 'commands before EHLO',
    parity: [16],
    server: {},
    calls: [connect, noop, rset, { call: 'vrfy', address: 'ann' }, { call: 'expn', address: 'list' }, { call: 'help' }],
  },
  {
    name: 'commands amid a transaction',
    parity: [16],
    server: {},
    calls: [connect, ehlo, mail(), noop, rcpt(), { call: 'vrfy', address: 'ann' }, { call: 'help' }, rset, noop],
  },
  {
    name: 'RSET refused',
    parity: [16],
    server: { replies: { RSET: '500 what' } },
    calls: [connect, ehlo, rset, noop],
  },
]

function leaving(name: string, QUIT: Reply, ...calls: readonly Call[]): Scenario {
  return { name, parity: [17], server: { replies: { QUIT } }, calls: [connect, ...calls] }
}

const endings: readonly Scenario[] = [
  leaving('QUIT', '221 bye', quit, noop),
  leaving('QUIT after EHLO', '221 bye', ehlo, quit, noop),
  leaving('QUIT amid a transaction', '221 bye', ehlo, mail(), quit),
  leaving('QUIT twice', '221 bye', quit, quit),
  leaving('QUIT gets 250', '250 ok', quit, noop),
  leaving('QUIT gets 500', '500 what', quit, noop),
  leaving('QUIT gets 421', '421 bye', quit, noop),
  leaving('QUIT gets no reply', hangsUp, quit, noop),
  leaving('QUIT gets its reply and the end', closing('221 bye'), quit, noop),
  leaving('QUIT after close', '221 bye', close, quit),
  leaving('end of a scope', '221 bye', leaveScope, noop),
  leaving('end of a scope after EHLO and a message', '221 bye', sendMail(), leaveScope, noop),
  leaving('end of a scope: QUIT gets no reply', hangsUp, leaveScope, noop),
  leaving('end of a scope: QUIT gets 250', '250 ok', leaveScope, noop),
  leaving('end of a scope: QUIT gets 500', '500 what', leaveScope, noop),
  leaving('end of a scope after QUIT', '221 bye', quit, leaveScope),
  leaving('end of a scope after close', '221 bye', close, leaveScope, noop),
  {
    name: 'end of a scope after the server hung up',
    parity: [17],
    server: { replies: { NOOP: hangsUp } },
    calls: [connect, helo, noop, leaveScope, noop],
  },
]

export const commandScenarios: readonly Scenario[] = [...injections, ...paths, ...questions, ...endings]
