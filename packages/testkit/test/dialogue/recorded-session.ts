/** What goes over the wire until EHLO is answered; each piece begins with the mark of its side. */
export const opened: readonly string[] = [
  'S:220 hi\r\n',
  'C:EHLO bar.com\r\n',
  'S:250-foo.com\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n',
]
/** … until content is asked for. */
export const inContent: readonly string[] = [
  ...opened,
  'C:MAIL FROM:<a@bar.com>\r\n',
  'S:250 ok\r\n',
  'C:RCPT TO:<b@foo.com>\r\n',
  'S:250 ok\r\n',
  'C:DATA\r\n',
  'S:354 go\r\n',
]
/** … until an envelope is accepted whose content may go in chunks. */
export const mayChunk: readonly string[] = [
  'S:220 hi\r\n',
  'C:EHLO bar.com\r\n',
  'S:250-foo.com\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 BURL imap\r\n',
  'C:MAIL FROM:<a@bar.com>\r\nRCPT TO:<b@foo.com>\r\n',
  'S:250 ok\r\n250 ok\r\n',
]
