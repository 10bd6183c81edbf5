import type { Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import type { Reply } from '../server/answer.ts'
import { connect, offering } from './vocabulary.ts'

/** On a server that offers these mechanisms. */
export function offeringAuth(
  name: string,
  row: number,
  mechanisms: string,
  replies: Readonly<Record<string, Reply | readonly Reply[]>>,
  ...calls: readonly Call[]
): Scenario {
  const EHLO = offering(`AUTH ${mechanisms}`)
  return { name, parity: [row], server: { replies: { EHLO, ...replies } }, calls: [connect, ...calls] }
}
export const passwordPrompt = '334 UGFzc3dvcmQ6'
export const userPrompt = '334 VXNlcm5hbWU6'

export const cramChallenge = '334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZT4='

export function loginAs(user: string, pass: string, more: { initialResponse?: boolean } = {}): Call {
  return { call: 'login', user, pass, ...more }
}
