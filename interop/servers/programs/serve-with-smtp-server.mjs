// npm's smtp-server, answering as policy.ts says. Its one argument is JSON; program-server.ts says of what.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SMTPServer } from 'smtp-server'

const { directory, owner, certificate, key, ports, socket, policy, tokenKey } = JSON.parse(process.argv[2])
const { mailboxes, accentedDomain, users, refusals, sizeLimit } = policy
const passwords = new Map(Object.values(users).map(({ name, password }) => [name, password]))
const tls = { cert: await readFile(certificate), key: await readFile(key) }
let number = 0

const listening = [
  listen(ports.plain, { disabledCommands: ['STARTTLS', 'AUTH'] }),
  listen(ports.withoutPipelining, { disabledCommands: ['STARTTLS', 'AUTH'], hidePIPELINING: true }),
  listen(ports.trusting, { disabledCommands: ['STARTTLS', 'AUTH'], useXClient: true, useXForward: true }),
  listen(ports.proxied, { disabledCommands: ['STARTTLS', 'AUTH'], useProxy: true }),
  listen(ports.starttls, {}),
  listen(ports.loginOnly, { authMethods: ['LOGIN'] }),
  listen(ports.everyMechanism, { authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'] }),
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
    hideDSN: false,
    hideREQUIRETLS: false,
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

function authenticate(credentials, _session, callback) {
  const { method, username } = credentials
  if (isProven(credentials)) {
    console.log(`${username} authenticated by ${method}`)
    callback(null, { user: username })
  } else if (method === 'XOAUTH2') callback(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } })
  else callback(refusal({ code: 535, enhancedCode: '5.7.8', text: 'Wrong' }))
}

function isProven({ method, username, password, accessToken, validatePassword }) {
  if (method === 'XOAUTH2') return isValid(accessToken, username)
  const right = passwords.get(username)
  if (right === undefined) return false
  return method === 'CRAM-MD5' ? validatePassword(right) : password === right
}

/** Whether a token is one of token-issuer.ts for this user, and has not expired. */
function isValid(accessToken, username) {
  const [header, claims, signature] = accessToken.split('.')
  const right = createHmac('sha256', Buffer.from(tokenKey, 'base64')).update(`${header}.${claims}`).digest('base64url')
  if (signature !== right) return false
  const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url'))
  return sub === username && exp > Date.now() / 1000
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
  if (!isLocal(address)) return session.user ? undefined : refusals.relay
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
    `Received: from ${session.hostNameAppearsAs} (${session.clientHostname} [${session.remoteAddress}])`,
    ` by mail.example.test with ${session.transmissionType} id ${session.id}`,
    `X-Envelope: ${inAscii({ ...session.envelope, forwarded: Object.fromEntries(session.xForward) })}`,
    '',
  ].join('\r\n')
  const message = Buffer.concat([Buffer.from(trace), content])
  const names = session.recipients.filter(isLocal).map(localPart)
  for (const name of new Set(names)) if (mailboxes.includes(name)) await store(name, message)
}

function inAscii(value) {
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped)
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

function isLocal(address) {
  return ['example.test', accentedDomain.name, accentedDomain.aLabel].includes(address.split('@')[1])
}

function localPart(address) {
  return address.split('@')[0]
}
