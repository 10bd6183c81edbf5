/** What a subject is to send, and how. */
export interface Mailing {
  readonly runtime: 'node' | 'deno' | 'bun'
  readonly port: number
  /** From the first octet. */
  readonly tls: boolean
  /** Who issued the server's certificate, in PEM. */
  readonly authority: string
  /** In one message. */
  readonly octets: number
  /** Of one message. */
  readonly recipients: number
  /** Content comes as a stream of pieces; else it is in memory as a whole. */
  readonly streamed: boolean
  /** Which of a subject's own ways is meant. */
  readonly way: Way
  /** Sent before the subject connects, elsewhere, so that it is compiled. */
  readonly warmUp?: { readonly port: number; readonly messages: number }
}

export interface Way {
  readonly call?: string
  readonly pipelining?: 'transaction' | 'auto' | 'eager'
  readonly chunking?: boolean
  readonly connections?: number
  /** Messages. */
  readonly window?: number
}

/** Somebody who sends mail. What takes time once, such as connecting, is done before there is one. */
export interface Subject {
  /** Resolves when the server has taken all of them; rejects when it has refused one. */
  send(messages: number): Promise<void>
  close(): Promise<void> | void
}

export type MakeSubject = (mailing: Mailing) => Subject | Promise<Subject>

/** The first line that the process of a subject prints, as JSON. */
export interface SubjectReady {
  /** Why it can't be asked at all. */
  readonly absent?: string
}

/** The line with which it answers a line that has a number of messages. */
export interface SubjectRun {
  readonly seconds: number
  /** Seconds of CPU. */
  readonly cpu: number
  /** Octets in memory at most, since it was asked. */
  readonly peakMemory: number
}

export const host = '127.0.0.1'
export const sender = 'ann@example.org'

export function recipientsOf({ recipients }: Pick<Mailing, 'recipients'>): string[] {
  return Array.from({ length: recipients }, (_, i) => `bob${i}@example.net`)
}
