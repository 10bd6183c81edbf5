import fc from 'fast-check'
import type { CutPlan, DirectionPlan, NetworkPlan } from '../network/index.ts'

export interface NetworkPlanOptions {
  /** Whether the stream may break off somewhere. Default false. */
  readonly cuts?: boolean
  /** Whether a TLS handshake may fail. Default false. */
  readonly failingTls?: boolean
  /** The most octets before a cut. Default 2000. */
  readonly maxOctets?: number
}

/**
 * A network of any latency, bandwidth, segments and order. None is so slow that a default timeout runs out while a
 * message of up to 64 KiB gets through, unless it is cut. Shrinks to a network that takes no time.
 */
export function networkPlan(options: NetworkPlanOptions = {}): fc.Arbitrary<NetworkPlan> {
  const { cuts = false, failingTls = false, maxOctets = 2000 } = options
  const direction = directionPlan(cuts ? fc.option(cutPlan(maxOctets), { nil: undefined }) : fc.constant(undefined))
  const tls = failingTls ? fc.constantFrom('succeeds', 'certificateRefused', 'failed') : fc.constant('succeeds')
  return fc.record({
    toServer: direction,
    toClient: direction,
    tls: tls as fc.Arbitrary<NetworkPlan['tls']>,
    content: fc.record({ pieceLengths: lengths(), interval: fc.oneof(fc.constant(0), fc.nat(1000)) }),
    choices: fc.array(fc.nat(5), { maxLength: 8 }),
  })
}

/** Where and how one direction breaks off. */
export function cutPlan(maxOctets: number): fc.Arbitrary<CutPlan> {
  return fc
    .record({
      afterOctets: fc.nat(maxOctets),
      receiver: fc.constantFrom('end', 'reset', 'silence'),
      senderLearnsAfter: fc.option(fc.nat(5000), { nil: undefined }),
    })
    .map(({ senderLearnsAfter, ...cut }) => (senderLearnsAfter === undefined ? cut : { ...cut, senderLearnsAfter }))
}

function directionPlan(cuts: fc.Arbitrary<CutPlan | undefined>): fc.Arbitrary<DirectionPlan> {
  return fc
    .record({
      latency: fc.array(fc.nat(500), { maxLength: 3 }),
      octetsPerMillisecond: fc.option(fc.constantFrom(100, 10, 1), { nil: undefined }),
      segmentLengths: lengths(),
      cut: cuts,
    })
    .map(({ octetsPerMillisecond, cut, ...direction }) => ({
      ...direction,
      ...(octetsPerMillisecond !== undefined && { octetsPerMillisecond }),
      ...(cut !== undefined && { cut }),
    }))
}

function lengths(): fc.Arbitrary<number[]> {
  return fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 200 })), { maxLength: 4 })
}
