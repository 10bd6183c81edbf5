import assert from 'node:assert/strict'
import { pass, user } from './mail-server.mjs'

const message = 'From: ann@example.org\r\nSubject: packed\r\n\r\n.\r\nGr\u00fc\u00dfe\r\n'

/**
 * The text of a module that imports an adapter by its package's name and exports `send`: it delivers a message with
 * STARTTLS and AUTH to `port`, and fails where a server whose certificate is from nobody who is trusted, at
 * `strangersPort`, is not refused for that. Where authorities can't be named, the runtime must be configured to trust
 * this one.
 */
export function sendingProgram(adapter, capabilities, { port, strangersPort, authority }) {
  const options = {
    auth: { user, pass },
    tlsOptions: { serverName: 'localhost', ...(capabilities.namedAuthorities && { ca: authority }) },
  }
  return `import { isSmtpError, SmtpClient } from '${adapter}'

const options = ${JSON.stringify(options)}

function check(condition, problem) {
  if (!condition) throw new Error(problem)
}

export async function send() {
  const refusal = await SmtpClient.connect('smtp://127.0.0.1:${strangersPort}', options).then(
    () => 'none',
    (error) => (isSmtpError(error) ? error.code : String(error)),
  )
  check(refusal === '${refusalOfStranger(capabilities)}', 'the refusal of a stranger was: ' + refusal)

  const client = await SmtpClient.connect('smtp://127.0.0.1:${port}', options)
  try {
    check(client.secure && client.tls.authorized !== false && client.authenticated, 'not secured or not authenticated')
    const report = await client.deliver({
      from: 'ann@example.org',
      to: ['bob@example.net', 'eve@example.com'],
      message: ${JSON.stringify(message)},
    })
    const statuses = report.recipients.map(({ status }) => status).join()
    check(statuses === 'accepted,accepted', 'the recipients ended as ' + statuses + ': ' + report.error)
  } finally {
    await client.quit()
  }
}
`
}

/** The code of the error, as much as the runtime tells. */
function refusalOfStranger({ certificateDetail }) {
  return certificateDetail ? 'CERTIFICATE_UNTRUSTED' : 'CERTIFICATE_REFUSED'
}

/** Compares what a server has received with what {@link sendingProgram} sends. */
export function checkReceived(received) {
  const content = Buffer.from(message).toString('latin1')
  const to = ['bob@example.net', 'eve@example.com']
  assert.deepEqual(received, [{ secure: true, by: user, from: 'ann@example.org', to, content }])
}
