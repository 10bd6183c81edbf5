import type { Segment } from './segment.ts'

/** How a flow went. */
export interface FlowMeasures {
  /** Virtual time that it took. */
  readonly milliseconds: number
  /** Round trips that it had to wait for. */
  readonly flights: number
  /** What was sent either way meanwhile. */
  readonly segments: readonly Segment[]
}

/** What a flow gave or threw, and how it went. */
export class FlowRun<Result> implements FlowMeasures {
  readonly milliseconds: number
  readonly flights: number
  readonly segments: readonly Segment[]
  /** What it threw, or `undefined`. */
  readonly error: unknown
  readonly #give: () => Result

  constructor(outcome: { readonly result: Result } | { readonly error: unknown }, measures: FlowMeasures) {
    this.milliseconds = measures.milliseconds
    this.flights = measures.flights
    this.segments = measures.segments
    if ('result' in outcome) {
      this.#give = () => outcome.result
    } else {
      this.error = outcome.error
      this.#give = () => {
        throw outcome.error
      }
    }
  }

  /** What it gave. Throws what it threw. */
  get result(): Result {
    return this.#give()
  }
}
