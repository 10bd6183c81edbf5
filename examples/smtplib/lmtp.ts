// smtplib.LMTP: hands a message to a mail store, which answers for each recipient.
//
//     node lmtp.js /run/dovecot/lmtp FROM TO…
//     node lmtp.js host:2003 FROM TO…
import { LmtpClient } from '@sansmtp/node'

const [address = '', from = '', ...to] = process.argv.slice(2)

const message = `From: ${from}
Subject: An example

Handed over by LMTP.
`

await using lmtp = await LmtpClient.connect(address, { tls: 'off' })
const report = await lmtp.deliver({ from, to, message })
for (const { address: recipient, status, reply } of report.recipients) console.log(recipient, status, reply?.code)
process.exitCode = report.ok ? 0 : 1
