import { setImmediate as turn } from 'node:timers/promises'

/** Enough turns of the event loop for whatever loopback can deliver to have been delivered. */
export async function settle(turns = 100): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn()
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}
