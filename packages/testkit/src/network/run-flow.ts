import type { ClientConnection, Flow } from '@sansmtp/core'
import type { FlowRun } from './flow-run.ts'
import { type FlowOptions, VirtualClient, type VirtualClientOptions } from './virtual-client.ts'

/**
 * Runs one flow over a new virtual connection. Flows compose by `yield*`, so one can be a whole session.
 *
 * @throws {StuckError} when it does not come to an end; what it throws itself is in the run
 */
export function runFlow<Result>(
  start: (connection: ClientConnection) => Flow<Result>,
  options: VirtualClientOptions & FlowOptions,
): FlowRun<Result> {
  return new VirtualClient(options).run(start, options)
}
