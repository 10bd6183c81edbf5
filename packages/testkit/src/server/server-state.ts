/**
 * Where the server stands (RFC 5321 §4.1.4, RFC 3030 §2):
 *
 * - `preface`: a PROXY header is due
 * - `greeting`: it has not spoken yet
 * - `refused`: it greeted with 4xx or 5xx; only QUIT is left (RFC 5321 §3.1)
 * - `greeted`: EHLO (LHLO, HELO) is due
 * - `ready`: no transaction is open
 * - `mail`: MAIL was accepted, no recipient yet
 * - `rcpt`: at least one recipient was accepted
 * - `data`: 354 was said; what comes is content, up to its final dot
 * - `chunk`: what comes are the octets of a BDAT
 * - `chunked`: the message has begun by BDAT, and its last chunk is due
 * - `resetDue`: a BDAT was refused, or mixed with DATA; RSET is due
 * - `auth`: a challenge was said; its response is due
 * - `startTls`: 220 was said to STARTTLS; TLS is due
 * - `closing`: it has asked for the connection to be closed
 * - `closed`: the connection has ended
 */
export type ServerState =
  | 'preface'
  | 'greeting'
  | 'refused'
  | 'greeted'
  | 'ready'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'chunk'
  | 'chunked'
  | 'resetDue'
  | 'auth'
  | 'startTls'
  | 'closing'
  | 'closed'
