/** How long to measure. */
export interface Effort {
  /** How often each subject's turn comes. */
  readonly rounds: number
  /** About how long a turn takes. */
  readonly roundMilliseconds: number
  /** How long a subject runs before it is measured, so that it is compiled. */
  readonly warmUpMilliseconds: number
  /** Turns of what takes long, or needs a process of its own each time. */
  readonly fewRounds: number
  /** Turns of what is measured in a process of its own each time, and takes some milliseconds only. */
  readonly processRounds: number
  /** Messages over the long way. */
  readonly distantMessages: number
}

export const fullEffort: Effort = {
  rounds: 9,
  roundMilliseconds: 350,
  warmUpMilliseconds: 1_000,
  fewRounds: 3,
  processRounds: 21,
  distantMessages: 100,
}

/** To see that all works; the numbers are rough. */
export const quickEffort: Effort = {
  rounds: 3,
  roundMilliseconds: 50,
  warmUpMilliseconds: 50,
  fewRounds: 1,
  processRounds: 5,
  distantMessages: 10,
}
