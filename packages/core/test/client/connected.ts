import { type AnySmtpError, isSmtpError } from '@sansmtp/core'
import { LmtpClient, type SessionOptions, SmtpClient } from '@sansmtp/core/client'
import { memoryTransport, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import { expect } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

/** A session in clear, whose first command is `EHLO bar.example`. */
export const inClear = { tls: 'off', clientName: 'bar.example' } as const

export interface Connected<Client> {
  readonly client: Client
  readonly server: MemoryServer
  /** The command lines that came since it was asked last, at first since the session was opened. */
  readonly said: () => readonly string[]
}

export async function smtp(options: MemoryServerOptions = {}, session: SessionOptions = {}) {
  const server = new MemoryServer(options)
  return connectedTo(server, await SmtpClient.over(server, { ...inClear, ...session }))
}

export async function lmtp(options: MemoryServerOptions = {}, session: SessionOptions = {}) {
  const server = new MemoryServer({ protocol: 'lmtp', ...options })
  return connectedTo(server, await LmtpClient.over(server, { ...inClear, ...session }))
}

function connectedTo<Client>(server: MemoryServer, client: Client): Connected<Client> {
  let told = server.lines.length
  const said = () => {
    const lines = server.lines.slice(told)
    told = server.lines.length
    return lines
  }
  return { client, server, said }
}

/** A session with a server that is told later what to answer to lines that begin so. */
export async function scripted(options: MemoryServerOptions = {}, session: SessionOptions = {}) {
  const answers: Record<string, string | null> = {}
  return { ...(await smtp({ ...options, answer: (line) => answering(answers)(line) }, session)), answers }
}

/** A session with the testkit's server, which judges all that the client says. */
export async function model(options: ServerConnectionOptions = {}, session: SessionOptions = {}) {
  const server = new ServerConnection(options)
  return { server, client: await SmtpClient.over(memoryTransport(server), { ...inClear, ...session }) }
}

export async function lmtpModel(options: ServerConnectionOptions = {}, session: SessionOptions = {}) {
  const server = new ServerConnection({ ...options, protocol: 'lmtp' })
  return { server, client: await LmtpClient.over(memoryTransport(server), { ...inClear, ...session }) }
}

/** The error with which a call fails, one of this library's. */
export async function errorOf(call: Promise<unknown>): Promise<AnySmtpError> {
  const error = await call.then(
    (value) => expect.unreachable(`it succeeded, with ${String(value)}`),
    (error: unknown) => error,
  )
  if (!isSmtpError(error)) throw error
  return error
}

/** Answers lines that begin so, and leaves the others to the server. */
export function answering(
  answers: Readonly<Record<string, string | null>>,
): (line: string) => string | null | undefined {
  return (line) => Object.entries(answers).find(([start]) => line.startsWith(start))?.[1]
}
