import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { host, type Mailing, type Subject, sender } from './subject.ts'

const places = ['/usr/sbin/smtp-source', '/usr/local/sbin/smtp-source', '/usr/lib/postfix/sbin/smtp-source']

/**
 * Postfix's load generator, in C, without PIPELINING. It is started for each run, connects, and keeps that connection.
 * Its messages have a header besides.
 */
export function makeSubject({ port, octets, recipients }: Mailing): Subject {
  const program = places.find(existsSync)
  if (program === undefined) throw new Error('smtp-source is not installed')
  const how = ['-d', '-l', `${octets}`, '-r', `${recipients}`, '-f', sender, '-t', 'bob@example.net']
  return {
    async send(messages) {
      await promisify(execFile)(program, [...how, '-m', `${messages}`, `${host}:${port}`])
    },
    close: () => {},
  }
}
