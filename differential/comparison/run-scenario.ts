import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from '@sansmtp/testkit/certificates'
import type { Driver } from '../drivers/job.ts'
import { renderOutcome } from '../drivers/outcome.ts'
import type { Scenario } from '../scenario.ts'
import { ScriptedServer } from '../server/scripted-server.ts'
import type { ServerScript } from '../server/server-script.ts'
import { canonicalLine } from './canonical-line.ts'
import type { Trace } from './trace.ts'

/** The servers' certificate, and who issued it. */
export interface ServerIdentity {
  readonly authority: CertificateAuthority
  readonly certificate: IssuedCertificate
}

export async function createServerIdentity(): Promise<ServerIdentity> {
  const authority = await createCertificateAuthority()
  return { authority, certificate: await authority.issue() }
}

/** Plays a scenario with one of the libraries, against a server of its own. */
export async function runScenario(scenario: Scenario, driver: Driver, identity: ServerIdentity): Promise<Trace> {
  const { protocol = 'smtp', listens = 'tcp', calls, server: scripts } = scenario
  const { authority, certificate } = identity
  const server = await ScriptedServer.start({
    protocol,
    listens,
    certificate,
    scripts: Array.isArray(scripts) ? scripts : [scripts as ServerScript],
  })
  try {
    const outcomes = await driver.run({ protocol, ...server.place, authority: authority.certificate, calls })
    const wires = await server.received()
    return { outcomes: outcomes.map(renderOutcome), wires: wires.map((lines) => lines.map(canonicalLine)) }
  } finally {
    await server.stop()
  }
}
