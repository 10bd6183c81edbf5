import type { MailOptions, RcptOptions } from '@sansmtp/core'

/** A typed option, what it says, and the extension that it belongs to. */
export interface TypedOption {
  readonly name: string
  readonly extension: string
  /** What a caller must be able to do without to send it to a server that offers nothing. */
  readonly droppable: readonly string[]
  readonly verb: 'MAIL' | 'RCPT'
  readonly options: MailOptions & RcptOptions
  readonly said: string
}

function mail(extension: string, options: MailOptions, said: string, droppable = [extension]): TypedOption {
  const [name = ''] = Object.keys(options)
  return { name, extension, droppable, verb: 'MAIL', options, said }
}

function rcpt(extension: string, options: RcptOptions, said: string): TypedOption {
  const [name = ''] = Object.keys(options)
  return { name, extension, droppable: [extension], verb: 'RCPT', options, said }
}

/** One of each, which a server that offers the extension takes. */
export const typedOptions: readonly TypedOption[] = [
  mail('8BITMIME', { body: '8BITMIME' }, 'BODY=8BITMIME'),
  mail('8BITMIME', { body: '7BIT' }, 'BODY=7BIT'),
  mail('SMTPUTF8', { smtpUtf8: true }, 'SMTPUTF8'),
  mail('AUTH', { submitter: 'e=mc2@example.com' }, 'AUTH=e+3Dmc2@example.com'),
  // ENVID, which it needs, comes with it where DSN is not offered.
  mail(
    'MTRK',
    { mtrk: { certifier: Uint8Array.of(1, 2, 3, 4), timeout: 60 }, envid: 'QQ 1' },
    'MTRK=AQIDBA:60 ENVID=QQ+201',
    ['MTRK', 'DSN'],
  ),
  mail('DSN', { ret: 'HDRS' }, 'RET=HDRS'),
  mail('DSN', { envid: 'QQ 1' }, 'ENVID=QQ+201'),
  mail('REQUIRETLS', { requireTls: true }, 'REQUIRETLS'),
  mail('DELIVERBY', { deliverBy: { seconds: 300, mode: 'return', trace: true } }, 'BY=300;RT'),
  mail('FUTURERELEASE', { holdFor: 60 }, 'HOLDFOR=60'),
  mail('FUTURERELEASE', { holdUntil: '2030-01-31T09:00:00Z' }, 'HOLDUNTIL=2030-01-31T09:00:00Z'),
  mail('MT-PRIORITY', { mtPriority: -9 }, 'MT-PRIORITY=-9'),
  mail('NO-SOLICITING', { solicit: ['org.example:ADV'] }, 'SOLICIT=org.example:ADV'),
  mail('CONPERM', { conperm: true }, 'CONPERM'),
  mail('PRDR', { prdr: true }, 'PRDR'),
  rcpt('DSN', { notify: ['SUCCESS', 'FAILURE'] }, 'NOTIFY=SUCCESS,FAILURE'),
  rcpt('DSN', { orcpt: 'e=mc2@example.com' }, 'ORCPT=rfc822;e+3Dmc2@example.com'),
  rcpt('RRVS', { rrvs: { since: '2014-04-03T23:01:00Z', otherwise: 'C' } }, 'RRVS=2014-04-03T23:01:00Z;C'),
  rcpt('CONNEG', { conneg: true }, 'CONNEG'),
]
