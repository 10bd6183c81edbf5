/** The servers that the pages name. Each has a stand-in on this machine. */
export const exampleHosts = [
  'mail.example:25',
  'mail.example:465',
  'mail.example:587',
  'mail.example:2003',
  'relay.example:25',
  'relay.example:465',
] as const

/** The ports of the stand-ins. */
export type ExamplePorts = Readonly<Record<(typeof exampleHosts)[number], number>>

/** A server that stands in for one. */
export interface StandIn {
  readonly port: number
  close(): Promise<void>
}

/** The text with the stand-ins in the place of the servers. */
export function withStandIns(text: string, ports: ExamplePorts): string {
  return exampleHosts.reduce((changed, host) => {
    const [name, port] = host.split(':')
    return changed
      .replaceAll(host, `localhost:${ports[host]}`)
      .replaceAll(`'${name}', ${port}`, `'localhost', ${ports[host]}`)
  }, text)
}
