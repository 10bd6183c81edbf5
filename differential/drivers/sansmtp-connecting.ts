import type { Connect, ConnectOptions, Transport } from '@sansmtp/core/client'
import { connect, LmtpClient, SmtpClient } from '@sansmtp/node'
import type { ConnectCall, Trust } from '../call.ts'
import type { Job } from './job.ts'

export type AnyClient = SmtpClient | LmtpClient

export interface Connected {
  readonly client: AnyClient
  /** Where the connection was to go. */
  readonly asked: string
}

/** Connects as a scenario asks: to say what smtplib says and no more, with every option as smtplib has it. */
export async function connectAs(call: ConnectCall, job: Job): Promise<Connected> {
  const observer = new Observer(call, job)
  const address = addressOf(call, job)
  const options = optionsOf(call, job)
  const client =
    call.as === 'lmtp'
      ? await LmtpClient.connectBy(observer.connect, address, options)
      : await SmtpClient.connectBy(observer.connect, address, options)
  return { client: client as AnyClient, asked: observer.asked }
}

/** How a caller says whom to trust. */
export function tlsOptionsOf(trust: Trust, { authority }: Job): { ca?: string; rejectUnauthorized?: boolean } {
  if (trust === 'authority') return { ca: authority }
  return trust === 'anybody' ? { rejectUnauthorized: false } : {}
}

function addressOf({ host, port }: ConnectCall, job: Job): string | { host: string; port?: number } {
  const given = host ?? (job.path || job.host)
  const place = given.replace('{port}', String(job.port)).replace('{path}', job.path)
  if (port !== undefined) return { host: place, port }
  return host === undefined && job.path === '' ? { host: place, port: job.port } : place
}

/** So that a server that says nothing ends a scenario instead of the run. */
const patience = 20_000

const phases = 'connect greeting hello mail rcpt data content termination command startTls tls auth quit'.split(' ')

function optionsOf(call: ConnectCall, job: Job): ConnectOptions {
  const { as, name, timeout = patience, sourceAddress, trust = 'default', insecureAuth = true } = call
  return {
    stepwise: true,
    tls: as === 'smtps' ? 'implicit' : 'off',
    tlsOptions: tlsOptionsOf(trust, job),
    allowInsecureAuth: insecureAuth,
    ...(name === undefined && { clientName: 'client.example' }),
    timeouts: Object.fromEntries(phases.map((phase) => [phase, timeout])),
    ...(sourceAddress !== undefined && { localAddress: sourceAddress }),
  }
}

/** Node's adapter, told where it is and, if asked for, led to the server wherever it wants to go. */
class Observer {
  asked = ''
  readonly #call: ConnectCall
  readonly #job: Job

  constructor(call: ConnectCall, job: Job) {
    this.#call = call
    this.#job = job
  }

  readonly connect: Connect = async ({ localAddress, ...request }) => {
    const { observed, machine } = this.#call
    const { target } = request
    const place = 'path' in target ? target.path : `${target.host} port ${target.port}`
    this.asked = place + (localAddress === undefined ? '' : ` from ${localAddress}`)
    const { host, port } = this.#job
    const transport = await connect(observed ? { ...request, target: { host, port } } : request)
    return machine === undefined ? transport : onMachine(transport, machine)
  }
}

function onMachine(transport: Transport, machine: NonNullable<ConnectCall['machine']>): Transport {
  return Object.defineProperty(transport, 'local', { value: { address: machine.address, hostName: machine.fullName } })
}
