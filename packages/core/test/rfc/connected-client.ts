import { type Client, LmtpClient, type SessionOptions, SmtpClient } from '@sansmtp/core/client'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

export const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi\r\n' } as const

/** A client in session with a server in memory, in clear unless told otherwise. */
export async function connectedClient(
  options: MemoryServerOptions = {},
  session: SessionOptions = {},
): Promise<{ client: Client; server: MemoryServer }> {
  const server = new MemoryServer(options)
  const ClientClass = options.protocol === 'lmtp' ? LmtpClient : SmtpClient
  return { client: await ClientClass.over(server, { tls: 'off', clientName: 'bar.example', ...session }), server }
}
