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
