// smtplib.SMTP_SSL: TLS from the first byte, and a message read from standard input, to those whom its header names.
//
//     node smtp-ssl.js smtps://user:password@host <message.eml
//
// The message streams: its size does not matter. Bcc is read and not sent.
import { SmtpClient } from '@sansmtp/node'

const [url = ''] = process.argv.slice(2)

await using smtp = await SmtpClient.connect(url)
const refused = await smtp.sendMessage(process.stdin)
for (const { address, reply } of refused) console.log(address, `refused: ${reply.code} ${reply.text}`)
console.log(refused.length === 0 ? 'all accepted' : 'all others accepted')
