import {
  Capabilities,
  type Envelope,
  encodeUtf8,
  type MailOptions,
  type Parameters,
  parseRecipient,
  parseSender,
  Reply,
} from '@sansmtp/core'
import { expect } from 'vitest'
import { announcement } from '../../src/session/announcement.ts'
import type { Standing } from '../../src/session/standing.ts'

/** 7-bit, so that nothing is said of its octets unasked. */
export const envelope: Envelope = {
  from: parseSender('a@bar.example'),
  to: [parseRecipient('b@foo.example')],
  eightBit: false,
  eightBitHeader: false,
  chunking: false,
  options: {},
}

/** A session over verified TLS whose server offers these keywords. */
export function offering(...keywords: string[]): Standing {
  const lines = ['foo.example', ...keywords]
  const reply = new Reply(250, encodeUtf8(lines.map((line) => `250 ${line}\r\n`).join('')))
  return { capabilities: Capabilities.fromReply(reply), secure: true, tls: { authorized: true } }
}

export const greetedWithHelo: Standing = { capabilities: Capabilities.none, secure: true }

export const announced = (more: Partial<Envelope>, standing: Standing) =>
  announcement({ ...envelope, ...more }, standing)

/** What MAIL, or the only RCPT, says behind its path. */
export function words(parameters: Parameters = {}): string {
  const each = Object.entries(parameters).map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
  return each.join(' ')
}

export const mailOf = (options: MailOptions, standing: Standing, more: Partial<Envelope> = {}) =>
  words(announced({ ...more, options }, standing).mail)

/** What a call throws: a `NotSupportedError`, which has an extension, or an `InvalidArgumentError`. */
export function errorOf(call: () => unknown): Error & { readonly extension?: string } {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return expect.unreachable('it did not throw')
}

export const notOffering = [offering('SIZE', 'PIPELINING'), greetedWithHelo]
