import type { AdapterCaseGroup } from '../adapter-case.ts'
import { aborting } from './aborting.ts'
import { certificates } from './certificates.ts'
import { channelBindings } from './channel-bindings.ts'
import { closing } from './closing.ts'
import { commands } from './commands.ts'
import { connecting } from './connecting.ts'
import { deliveries } from './deliveries.ts'
import { endings } from './endings.ts'
import { handshakes } from './handshakes.ts'
import { injections } from './injections.ts'
import { reading } from './reading.ts'
import { refusals } from './refusals.ts'
import { serverNames } from './server-names.ts'
import { startTls } from './start-tls.ts'
import { writing } from './writing.ts'

/** All that must hold for an adapter. */
export const adapterCases: readonly AdapterCaseGroup[] = [
  connecting,
  refusals,
  ...reading,
  ...writing,
  ...endings,
  ...closing,
  startTls,
  handshakes,
  ...certificates,
  serverNames,
  channelBindings,
  injections,
  aborting,
  deliveries,
  commands,
]
