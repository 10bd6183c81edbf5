import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A port of 127.0.0.1 that nobody listens on for each name. All are held until the last is found, so they differ. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
  const holders = await Promise.all(
    names.map(async () => {
      const holder = createServer().listen(0, '127.0.0.1')
      await once(holder, 'listening')
      return holder
    }),
  )
  const ports = holders.map((holder, i) => [names[i], (holder.address() as AddressInfo).port])
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')))
  return Object.fromEntries(ports)
}
