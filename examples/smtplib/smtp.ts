// smtplib.SMTP: connects in clear, starts TLS, logs in and sends a message to several people.
//
//     node smtp.js host:587 user password FROM TO…
//
// With a server that is no authority's customer, NODE_EXTRA_CA_CERTS names the certificate of its own authority.
import { isSmtpError, SmtpClient } from '@sansmtp/node'

const [address = '', user = '', password = '', from = '', ...to] = process.argv.slice(2)

const message = `From: ${from}
To: ${to.join(', ')}
Subject: An example

Sent with STARTTLS.
`

await using smtp = await SmtpClient.connect(address, {
  stepwise: true,
  onTranscript: ({ type, text }) => console.error(`${type}: ${text}`),
})
await smtp.startTls()
await smtp.login(user, password)
try {
  const refused = await smtp.sendMail(from, to, message)
  for (const recipient of to) {
    const refusal = refused.find(({ position }) => to[position] === recipient)
    console.log(recipient, refusal === undefined ? 'accepted' : `refused: ${refusal.reply.code} ${refusal.reply.text}`)
  }
} catch (error) {
  if (!isSmtpError(error) || error.code !== 'RECIPIENTS_REFUSED') throw error
  for (const { address: recipient, reply } of error.recipients) console.log(recipient, `refused: ${reply.code}`)
  process.exitCode = 1
}
