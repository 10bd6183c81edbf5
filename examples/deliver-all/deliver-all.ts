// Sends a letter of its own to each of many people over one connection, and tells what became of each.
//
//     node deliver-all.js smtps://user:password@host FROM <people.txt
//
// A line of people.txt is an address and a name, such as `bob@example.net Bob`. It is read as fast as letters go out, so
// that its length does not matter.
import { createInterface } from 'node:readline'
import { SmtpClient } from '@sansmtp/node'

const [url = '', from = ''] = process.argv.slice(2)

async function* letters() {
  for await (const line of createInterface({ input: process.stdin })) {
    const [to = '', ...name] = line.split(' ')
    yield { from, to, message: letterTo(to, name.join(' ')) }
  }
}

function letterTo(to: string, name: string): string {
  return `From: ${from}
To: ${to}
Subject: An example

Dear ${name || 'reader'},

this letter went out behind the one before.
`
}

const numbers: Record<string, number> = {}

await using client = await SmtpClient.connect(url)
for await (const { recipients, error } of client.deliverAll(letters())) {
  for (const { address, status, reply } of recipients) {
    numbers[status] = (numbers[status] ?? 0) + 1
    if (status !== 'accepted') console.log(`${address} ${status}: ${reply ?? error?.message}`)
  }
}
console.log(numbers)
process.exitCode = Object.keys(numbers).some((status) => status !== 'accepted') ? 1 : 0
