// npm's smtp-server, answering as policy.ts says. Its one argument is JSON; program-server.ts says of what.
import { once } from 'node:events'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SMTPServer } from 'smtp-server'

const { directory, owner, certificate, key, ports, socket, policy } = JSON.parse(process.argv[2])
const { mailboxes, user, refusals, sizeLimit } = policy
const tls = { cert: await readFile(certificate), key: await readFile(key) }
let number = 0

const listening = [
  listen(ports.plain, { disabledCommands: ['STARTTLS', 'AUTH'] }),
  listen(ports.withoutPipelining, { disabledCommands: ['STARTTLS', 'AUTH'], hidePIPELINING: true }),
  listen(ports.starttls, {}),
  listen(ports.loginOnly, { authMethods: ['LOGIN'] }),
  listen(ports.tls, { secure: true }),
  listen(ports.lmtp, { lmtp: true }),
  listen(socket, { lmtp: true, disabledCommands: ['STARTTLS'] }),
  listen(ports.lmtpTwiceIsOnce, { lmtp: true, onData: takeOnce }),
]
await Promise.all(listening)
process.setgroups([])
process.setgid(owner)
process.setuid(owner)

async function listen(where, options) {
  const server = new SMTPServer({
    name: 'mail.example.test',
    ...tls,
    size: sizeLimit,
    rejectOversized: true,
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: true,
    disableReverseLookup: true,
    maxAllowedUnauthenticatedCommands: false,
    onAuth: authenticate,
    onMailFrom: takeSender,
    onRcptTo: takeRecipient,
    onData: takeMessage,
    ...options,
  })
  // A client that distrusts the certificate is an error to the server.
  server.on('error', (error) => console.error(error.message))
  await once(typeof where === 'number' ? server.listen(where, '127.0.0.1') : server.listen(where), 'listening')
}

function authenticate({ username, password }, _session, callback) {
  if (username === user.name && password === user.password) callback(null, { user: username })
  else callback(refusal({ code: 535, enhancedCode: '5.7.8', text: 'Wrong' }))
}

function takeSender({ address }, session, callback) {
  const refused = refusals.senders[localPart(address)]
  if (refused) return callback(refusal(refused))
  session.recipients = []
  callback()
}

function takeRecipient({ address }, session, callback) {
  const refused = refusedRecipient(address, session, this.options.lmtp)
  if (refused) return callback(refusal(refused))
  session.recipients.push(address)
  callback()
}

function refusedRecipient(address, session, lmtp) {
  const name = localPart(address)
  if (!address.endsWith('@example.test')) return session.user ? undefined : refusals.relay
  if (mailboxes.includes(name) || (lmtp && refusals.afterContent[name])) return undefined
  return refusals.recipients[name] ?? refusals.unknown
}

async function takeMessage(stream, session, callback) {
  await storeMessage(stream, session)
  // The envelope names an address once, however often it came; LMTP has one reply for each RCPT that was taken
  // (RFC 2033 §4.2).
  const { recipients } = session
  callback(null, this.options.lmtp ? recipients.map(afterContent) : '2.0.0 Stored')
}

/** As smtp-server does by itself: a recipient named twice is answered for once. */
async function takeOnce(stream, session, callback) {
  await storeMessage(stream, session)
  callback(null, '2.0.0 Stored')
}

async function storeMessage(stream, session) {
  const content = Buffer.concat(await stream.toArray())
  if (stream.sizeExceeded) return
  const trace = [
    `Return-Path: <${session.envelope.mailFrom.address}>`,
    `Received: by mail.example.test with ${session.transmissionType} id ${session.id}`,
    '',
  ].join('\r\n')
  const message = Buffer.concat([Buffer.from(trace), content])
  const names = session.recipients.filter((address) => address.endsWith('@example.test')).map(localPart)
  for (const name of new Set(names)) if (mailboxes.includes(name)) await store(name, message)
}

async function store(mailbox, message) {
  const [temporary, stored] = ['tmp', 'new'].map((name) => join(directory, 'mail', mailbox, name))
  for (const path of [temporary, stored]) await mkdir(path, { recursive: true })
  number += 1
  await writeFile(join(temporary, String(number)), message)
  await rename(join(temporary, String(number)), join(stored, String(number)))
}

function afterContent(address) {
  const refused = refusals.afterContent[localPart(address)]
  return refused ? refusal({ ...refused, text: `<${address}> ${refused.text}` }) : `2.0.0 <${address}> Stored`
}

/** It sends enhanced codes of its own or none; none is the default, so these go with the text. */
function refusal({ code, enhancedCode, text }) {
  return Object.assign(new Error(`${enhancedCode} ${text}`), { responseCode: code })
}

function localPart(address) {
  return address.split('@')[0]
}
