import MailComposer from 'nodemailer/lib/mail-composer'

const text = `Grüße aus der Demo!

This message has what mail is good at breaking: text outside ASCII (żółw, 亀, 🐢), a binary attachment,
and lines that begin with a dot, which SMTP must double on the wire and the server must undo:
.
..
. Is it all still there?
`

/** Every octet there is, line endings and NUL among them. */
const everyOctet = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256))

export function composeSampleMessage(from: string, to: readonly string[]): Promise<Uint8Array> {
  const composer = new MailComposer({
    from,
    to: [...to],
    subject: 'Grüße: a message that is easily broken',
    text,
    attachments: [{ filename: 'octets.bin', contentType: 'application/octet-stream', content: everyOctet }],
    // Without it bodies keep the bare LF of a JavaScript text.
    newline: 'windows',
  })
  return composer.compile().build()
}
