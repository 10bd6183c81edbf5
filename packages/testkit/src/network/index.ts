export { type FlowMeasures, FlowRun } from './flow-run.ts'
export { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from './memory-transport.ts'
export {
  type ContentPlan,
  type CutPlan,
  type DirectionPlan,
  type HandshakePlan,
  type NetworkPlan,
  plainNetwork,
  roundTripOf,
} from './network-plan.ts'
export type { Peer, PeerOutput, PeerTimeout } from './peer.ts'
export { runFlow } from './run-flow.ts'
export { flightsOf, renderSegments, type Segment, type Side } from './segment.ts'
export { StuckError } from './stuck-error.ts'
export { type FlowOptions, VirtualClient, type VirtualClientOptions } from './virtual-client.ts'
export { VirtualNetwork, type VirtualNetworkOptions } from './virtual-network.ts'
export { Lane, VirtualTime } from './virtual-time.ts'
export type { Workers } from './workers.ts'
