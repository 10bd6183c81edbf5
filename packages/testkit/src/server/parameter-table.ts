/** A parameter of MAIL or RCPT. */
export interface ParameterRule {
  readonly verb: 'MAIL' | 'RCPT'
  /** The keyword without which it is not offered. */
  readonly extension: string
  /** Another keyword that brings it along. */
  readonly alsoBy?: string
  /** What its value must be; `none` where it has none. */
  readonly value: RegExp | 'none'
  /** Octets by which it lengthens the command line at most (RFC 5321 §4.5.3.1.4). */
  readonly adds: number
}

/** RFC 3461 §4. */
const xtext = '(?:[!-*,-<>-~]|\\+[0-9A-F]{2})'
const localTime = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?'
const dateTime = `${localTime}(?:Z|[+-]\\d\\d:\\d\\d)`
const utcTime = `${localTime}(?:Z|[+-]00:00)`
const notifyWord = '(?:SUCCESS|FAILURE|DELAY)'

/** The parameters that are registered, by keyword. */
export const parameterTable: Readonly<Record<string, ParameterRule>> = {
  // RFC 1870 §3.
  SIZE: { verb: 'MAIL', extension: 'SIZE', value: /^\d{1,20}$/, adds: 26 },
  // RFC 6152 §2; its value BINARYMIME is RFC 3030 §3.
  BODY: { verb: 'MAIL', extension: '8BITMIME', value: /^(?:7BIT|8BITMIME|BINARYMIME)$/i, adds: 17 },
  // RFC 6531 §3.1.
  SMTPUTF8: { verb: 'MAIL', extension: 'SMTPUTF8', value: 'none', adds: 10 },
  // RFC 4954 §5.
  AUTH: { verb: 'MAIL', extension: 'AUTH', value: new RegExp(`^(?:<>|${xtext}+)$`), adds: 500 },
  // RFC 3461 §4 and §5.4.
  RET: { verb: 'MAIL', extension: 'DSN', value: /^(?:FULL|HDRS)$/i, adds: 9 },
  // RFC 3885 §2 has both ENVID and ORCPT come with MTRK.
  ENVID: {
    verb: 'MAIL',
    extension: 'DSN',
    alsoBy: 'MTRK',
    value: /^(?=.{1,100}$)(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/,
    adds: 107,
  },
  NOTIFY: {
    verb: 'RCPT',
    extension: 'DSN',
    value: new RegExp(`^(?:NEVER|${notifyWord}(?:,${notifyWord}){0,2})$`, 'i'),
    adds: 29,
  },
  ORCPT: {
    verb: 'RCPT',
    extension: 'DSN',
    alsoBy: 'MTRK',
    // The second form is RFC 6533 §3.
    value: new RegExp(`^(?:[!#$%&'*+/?^_\`{|}~0-9A-Za-z-]+;${xtext}+|utf-8;[^\\p{C}\\p{Z}=]+)$`, 'iu'),
    adds: 501,
  },
  // RFC 8689 §2.
  REQUIRETLS: { verb: 'MAIL', extension: 'REQUIRETLS', value: 'none', adds: 11 },
  // RFC 2852 §4.
  BY: { verb: 'MAIL', extension: 'DELIVERBY', value: /^[+-]?\d{1,9};[NR]T?$/i, adds: 17 },
  // RFC 4865 §3, its times in UTC.
  HOLDFOR: { verb: 'MAIL', extension: 'FUTURERELEASE', value: /^[1-9]\d{0,8}$/, adds: 34 },
  HOLDUNTIL: { verb: 'MAIL', extension: 'FUTURERELEASE', value: new RegExp(`^${utcTime}$`, 'i'), adds: 34 },
  // RFC 6710 §4.
  'MT-PRIORITY': { verb: 'MAIL', extension: 'MT-PRIORITY', value: /^(?:0|-?[1-9])$/, adds: 15 },
  // RFC 3885 §3.1. The padding of base64 is left out, since no value may hold it (RFC 5321 §4.1.2).
  MTRK: { verb: 'MAIL', extension: 'MTRK', value: /^[A-Za-z0-9+/]+(?::\d{1,9})?$/, adds: 40 },
  // RFC 7293 §3.2.
  RRVS: { verb: 'RCPT', extension: 'RRVS', value: new RegExp(`^${dateTime}(?:;[CR])?$`, 'i'), adds: 50 },
  // RFC 3865 §2.2.
  SOLICIT: {
    verb: 'MAIL',
    extension: 'NO-SOLICITING',
    value: /^(?=.{1,1000}$)[A-Za-z][A-Za-z0-9._:-]*(?:,[A-Za-z][A-Za-z0-9._:-]*)*$/,
    adds: 1007,
  },
  // RFC 4141 §4 and §5.
  CONPERM: { verb: 'MAIL', extension: 'CONPERM', value: 'none', adds: 8 },
  CONNEG: { verb: 'RCPT', extension: 'CONNEG', value: 'none', adds: 7 },
  // Exim's.
  PRDR: { verb: 'MAIL', extension: 'PRDR', value: 'none', adds: 5 },
}
