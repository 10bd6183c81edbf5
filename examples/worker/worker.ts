// Sends the message that is posted to it, over STARTTLS with AUTH, and answers with what became of each recipient:
//
//     curl https://mailer.example.workers.dev/ -H 'Authorization: Bearer TOKEN' \
//       -d '{ "from": "ann@example.org", "to": ["bob@example.net"], "message": "Subject: Hello\n\nHello Bob\n" }'
//
// The two secrets are set by `wrangler secret put SMTP_URL` and `wrangler secret put TOKEN`.
import { InvalidArgumentError, isSmtpError, SmtpClient } from '@sansmtp/workers'

interface Env {
  /** The server that mail is submitted to, with user and password: smtp://user:password@mail.example.net:587. */
  readonly SMTP_URL: string
  /** Whoever knows it can send mail in our name, and nobody else. */
  readonly TOKEN: string
}

interface Message {
  readonly from: string
  readonly to: string | readonly string[]
  /** With its header, as a program for composing mail makes it. */
  readonly message: string
}

export default {
  async fetch(request: Request, { SMTP_URL, TOKEN }: Env): Promise<Response> {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { Allow: 'POST' } })
    if (request.headers.get('Authorization') !== `Bearer ${TOKEN}`) return new Response(null, { status: 401 })
    try {
      return await send(SMTP_URL, await request.json<Message>())
    } catch (error) {
      if (!isSmtpError(error)) throw error
      const { code, message } = error
      return Response.json({ error: { code, message } }, { status: error instanceof InvalidArgumentError ? 400 : 502 })
    }
  },
}

async function send(url: string, { from, to, message }: Message): Promise<Response> {
  // A connection can't outlive the request in which it was made.
  await using client = await SmtpClient.connect(url)
  const { ok, recipients } = await client.deliver({ from, to, message })
  return Response.json({
    ok,
    recipients: recipients.map(({ address, status, reply }) => ({ address, status, reply: reply?.toString() })),
  })
}
