import type { LmtpClient, SmtpClient } from '@sansmtp/node'
import type { MailServer } from '../servers/server.ts'

/** A server, and one way to connect to it. */
export interface Subject {
  readonly server: MailServer<unknown>
  readonly connect: () => Promise<SmtpClient | LmtpClient>
}

export const from = 'sender@example.test'

/** The addresses of these local parts at example.test. */
export function addresses(...localParts: readonly string[]): string[] {
  return localParts.map((localPart) => `${localPart}@example.test`)
}
