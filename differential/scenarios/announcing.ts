import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import type { Reply } from '../server/answer.ts'
import { bob, connect, ehlo, helo, mail, noop, offering, rcpt, sendMail } from './vocabulary.ts'

function announcing(name: string, EHLO: Reply, ...calls: readonly Call[]): Scenario {
  return { name, parity: [26], server: { replies: { EHLO } }, calls: [connect, ...calls, noop] }
}

const everything = offering('SIZE 10000', '8BITMIME', 'DSN', 'SMTPUTF8', 'REQUIRETLS', 'MT-PRIORITY')
const nothing = '502 what'
const utf8Sender = 'änn@a.example'

export const announcingScenarios: readonly Scenario[] = [
  announcing(
    'options: BODY and DSN',
    everything,
    sendMail({ mailOptions: ['BODY=8BITMIME', 'RET=HDRS', 'ENVID=QQ314159'] }),
  ),
  announcing('options in lower case', everything, sendMail({ mailOptions: ['body=8bitmime', 'ret=hdrs'] })),
  announcing(
    'options for recipients',
    everything,
    sendMail({ rcptOptions: ['NOTIFY=SUCCESS,FAILURE', 'ORCPT=rfc822;bob@b.example'] }),
  ),
  announcing('options: SMTPUTF8', everything, sendMail({ mailOptions: ['SMTPUTF8'] })),
  announcing(
    'options: SMTPUTF8 and an address that needs it',
    everything,
    sendMail({ from: utf8Sender, mailOptions: ['SMTPUTF8', 'BODY=8BITMIME'] }),
  ),
  announcing('options: SIZE by the caller', everything, sendMail({ mailOptions: ['SIZE=99'] })),
  announcing('options: a keyword nobody knows', everything, sendMail({ mailOptions: ['X-OWN=1'] })),
  announcing('options with HELO only', nothing, sendMail({ mailOptions: ['RET=HDRS'], rcptOptions: ['NOTIFY=NEVER'] })),
  announcing('BODY=8BITMIME with HELO only', nothing, sendMail({ mailOptions: ['BODY=8BITMIME'] })),
  announcing('SMTPUTF8 with HELO only', nothing, sendMail({ mailOptions: ['SMTPUTF8'] })),
  announcing('REQUIRETLS with HELO only', nothing, sendMail({ mailOptions: ['REQUIRETLS'] })),
  announcing('BODY=BINARYMIME with HELO only', nothing, sendMail({ mailOptions: ['BODY=BINARYMIME'] })),
  announcing('SMTPUTF8 not offered', offering('SIZE'), sendMail({ mailOptions: ['SMTPUTF8'] })),
  announcing('SMTPUTF8 not offered, in lower case', offering('SIZE'), sendMail({ mailOptions: ['smtputf8'] })),
  announcing('REQUIRETLS not offered', offering('SIZE'), sendMail({ mailOptions: ['REQUIRETLS'] })),
  announcing('BODY=BINARYMIME not offered', offering('SIZE'), sendMail({ mailOptions: ['BODY=BINARYMIME'] })),
  announcing('BODY=8BITMIME not offered', offering('SIZE'), sendMail({ mailOptions: ['BODY=8BITMIME'] })),
  announcing(
    'DSN not offered',
    offering('SIZE'),
    sendMail({ mailOptions: ['RET=HDRS'], rcptOptions: ['NOTIFY=NEVER'] }),
  ),
  announcing('MAIL by itself with options', everything, ehlo, mail('ann@a.example', 'SIZE=12', 'BODY=8BITMIME')),
  announcing(
    'MAIL by itself with options in lower case',
    everything,
    ehlo,
    mail('ann@a.example', 'size=12', 'body=7bit'),
  ),
  announcing('MAIL by itself with options after HELO', everything, helo, mail('ann@a.example', 'SIZE=12', 'RET=FULL')),
  announcing('MAIL by itself with SMTPUTF8 not offered', offering('SIZE'), ehlo, mail('ann@a.example', 'SMTPUTF8')),
  announcing('MAIL by itself with SMTPUTF8', everything, ehlo, mail(utf8Sender, 'SMTPUTF8'), rcpt('bôb@b.example')),
  announcing('MAIL by itself with an address that needs SMTPUTF8 and no option', everything, ehlo, mail(utf8Sender)),
  announcing(
    'RCPT by itself with an address that needs SMTPUTF8 and no option',
    everything,
    ehlo,
    mail(),
    rcpt('bôb@b.example'),
  ),
  announcing('MAIL by itself before EHLO', everything, mail()),
  announcing(
    'RCPT by itself with options',
    everything,
    ehlo,
    mail(),
    rcpt(bob, 'NOTIFY=NEVER', 'ORCPT=rfc822;bob@b.example'),
  ),
  announcing('RCPT by itself with options after HELO', everything, helo, mail(), rcpt(bob, 'NOTIFY=NEVER')),
  announcing(
    'SIZE: the message is as large as may be',
    offering('SIZE 100'),
    sendMail({ message: { octets: `${'x'.repeat(98)}\r\n` } }),
  ),
  announcing(
    'SIZE: the message is too large',
    offering('SIZE 100'),
    sendMail({ message: { octets: `${'x'.repeat(99)}\r\n` } }),
  ),
  announcing('SIZE: 0 is no limit', offering('SIZE 0'), sendMail()),
  announcing('SIZE without a number', offering('SIZE'), sendMail()),
  announcing('SIZE with a number that is none', offering('SIZE much'), sendMail()),
]
