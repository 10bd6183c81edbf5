import { LoopbackRoundTrips } from './loopback-round-trips.ts'
import { Stillness } from './stillness.ts'

/** The stillness of this process, by round trips over a loopback connection. */
export class LoopbackStillness extends Stillness {
  static async begin(): Promise<LoopbackStillness> {
    return new LoopbackStillness(await LoopbackRoundTrips.begin())
  }
}
