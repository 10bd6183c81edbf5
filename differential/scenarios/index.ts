import type { Scenario } from '../scenario.ts'
import { announcingScenarios } from './announcing.ts'
import { authExchangeScenarios } from './auth-exchanges.ts'
import { commandScenarios } from './commands.ts'
import { connectingScenarios } from './connecting.ts'
import { contentScenarios } from './contents.ts'
import { endingScenarios } from './endings.ts'
import { helloScenarios } from './hello.ts'
import { lmtpScenarios } from './lmtp.ts'
import { loginScenarios } from './logging-in.ts'
import { messageScenarios } from './messages.ts'
import { pipeliningScenarios } from './pipelining.ts'
import { replyScenarios } from './replies.ts'
import { sendingScenarios } from './sending.ts'
import { startTlsScenarios } from './starting-tls.ts'

/** Every scenario that somebody has written; each name is there once. */
export const scenarios: readonly Scenario[] = [
  ...replyScenarios,
  ...endingScenarios,
  ...connectingScenarios,
  ...helloScenarios,
  ...commandScenarios,
  ...loginScenarios,
  ...authExchangeScenarios,
  ...startTlsScenarios,
  ...contentScenarios,
  ...sendingScenarios,
  ...announcingScenarios,
  ...lmtpScenarios,
  ...messageScenarios,
  ...pipeliningScenarios,
]
