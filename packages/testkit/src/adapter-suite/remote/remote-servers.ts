import type { CertificateAuthority, IssuedCertificate, IssueOptions } from '../../certificates/index.ts'
import type { Listener, ListenOptions } from '../server/listener.ts'
import type { RoundTrips, ServerHost } from '../server/server-host.ts'
import type { Message } from './message.ts'
import { RemoteObject } from './remote-object.ts'
import { RemotePeer } from './remote-peer.ts'

/** The servers of a host in another process, by its address: what `serveHost` or the program `serve.js` there tells. */
export function remoteServers(address: string): ServerHost {
  const host = new RemoteObject(address)
  const found = (told: Message) => new RemoteObject(address, (told as unknown as { readonly id: number }).id)
  const authority = (told: Message): CertificateAuthority => {
    const remote = found(told)
    const { certificate } = told as { readonly certificate: string }
    const issue = async ({ ...options }: IssueOptions = {}) =>
      (await remote.ask('issue', options)) as unknown as IssuedCertificate
    return { certificate, issue }
  }
  return {
    async listen({ ...options }: ListenOptions = {}): Promise<Listener> {
      const told = await host.ask('listen', options)
      const listener = found(told)
      const {
        host: name,
        port,
        path,
      } = told as { readonly host: string; readonly port: number; readonly path?: string }
      return {
        host: name,
        port,
        ...(path !== undefined && { path }),
        async accept() {
          const accepted = await listener.ask('accept')
          if (accepted === null) return undefined
          return new RemotePeer(found(accepted), (accepted as { readonly remoteAddress?: string }).remoteAddress)
        },
        connections: () => listener.ask('connections') as Promise<number>,
        close: async () => {
          await listener.ask('close')
        },
      }
    },
    async trustedAuthority() {
      return authority(await host.ask('trustedAuthority'))
    },
    async createAuthority(name) {
      return authority(await host.ask('createAuthority', name))
    },
    async roundTrips(): Promise<RoundTrips> {
      const remote = found(await host.ask('roundTrips'))
      return {
        once: () => remote.ask('once'),
        end: async () => {
          await remote.ask('end')
        },
      }
    },
  }
}
