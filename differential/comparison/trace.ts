/** What one library did with a scenario. */
export interface Trace {
  /** Of each call, rendered. */
  readonly outcomes: readonly string[]
  /** What each connection's server was sent, in one spelling. */
  readonly wires: readonly (readonly string[])[]
}
