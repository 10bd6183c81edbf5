import type { Call, ConnectCall, Content, SendMailCall, SendMessageCall } from '../call.ts'

export const from = 'ann@a.example'
export const bob = 'bob@b.example'
export const eve = 'eve@e.example'
export const joe = 'joe@j.example'

/** A message in which nothing is remarkable. */
export const hello: Content = { octets: 'Subject: hello\r\n\r\nHello.\r\n' }

export const connect: ConnectCall = { call: 'connect' }
export const connectLmtp: ConnectCall = { call: 'connect', as: 'lmtp' }
export const ehlo: Call = { call: 'ehlo' }
export const helo: Call = { call: 'helo' }
export const ehloOrHelo: Call = { call: 'ehloOrHeloIfNeeded' }
export const noop: Call = { call: 'noop' }
export const rset: Call = { call: 'rset' }
export const quit: Call = { call: 'quit' }
export const close: Call = { call: 'close' }
export const reconnect: Call = { call: 'reconnect' }
export const features: Call = { call: 'features' }
export const leaveScope: Call = { call: 'leaveScope' }
export const login: Call = { call: 'login', user: 'ann', pass: 'secret' }
export const startTls: Call = { call: 'startTls', trust: 'authority' }

/** An EHLO reply with these lines below the server's name. */
export function offering(...lines: readonly string[]): string {
  const all = ['mail.example', ...lines]
  return all.map((line, i) => `250${i < all.length - 1 ? '-' : ' '}${line}`).join('\n')
}

export function mail(address: string = from, ...options: readonly string[]): Call {
  return options.length > 0 ? { call: 'mail', from: address, options } : { call: 'mail', from: address }
}

export function rcpt(address: string = bob, ...options: readonly string[]): Call {
  return options.length > 0 ? { call: 'rcpt', to: address, options } : { call: 'rcpt', to: address }
}

export function data(message: Content = hello): Call {
  return { call: 'data', message }
}

export function command(verb: string, argument?: string): Call {
  return argument === undefined ? { call: 'command', verb } : { call: 'command', verb, argument }
}

export function sendMail(given: Partial<SendMailCall> = {}): SendMailCall {
  return { call: 'sendMail', from, to: [bob], message: hello, ...given }
}

/** A message of these header lines and a short body. */
export function sendMessage(header: readonly string[], given: Partial<SendMessageCall> = {}): SendMessageCall {
  const lines = [...header, 'Subject: hello', '', 'Hello.', '']
  const octets = Buffer.from(lines.join('\r\n')).toString('latin1')
  return { call: 'sendMessage', message: { octets }, ...given }
}
