import { Rotation } from './rotation.ts'
import { StuckError } from './stuck-error.ts'

/** What happens at one instant comes to an end long before so many steps. */
const maxStepsAtOnce = 250_000

/**
 * A clock that stands still until the next thing is due, and the things that are. What is due at one instant in
 * different lanes happens in an order that is chosen; within a lane order is kept.
 */
export class VirtualTime {
  /** Milliseconds since the beginning. */
  now = 0
  readonly #lanes: Lane[] = []
  readonly #choices: Rotation<number>
  #stepsNow = 0

  /** `choices`: see `NetworkPlan`. Without any, the lane that was made first comes first. */
  constructor(choices: readonly number[] = []) {
    this.#choices = new Rotation(choices)
  }

  /** A new lane, behind all that there are. */
  lane(): Lane {
    const lane = new Lane(this)
    this.#lanes.push(lane)
    return lane
  }

  /** When the next thing is due; infinite where nothing is. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY
    for (const lane of this.#lanes) if (lane.next < next) next = lane.next
    return next
  }

  /**
   * Lets the next thing happen, at its time. False where nothing is due, ever.
   *
   * @throws {StuckError} when time does not go on
   */
  step(): boolean {
    const { next } = this
    if (next === Number.POSITIVE_INFINITY) return false
    this.#stepsNow = next === this.now ? this.#stepsNow + 1 : 0
    if (this.#stepsNow > maxStepsAtOnce) throw new StuckError(`there is no end to what happens at ${next} ms`)
    this.now = next
    this.#choose(this.#lanes.filter((lane) => lane.next === next))?.take()
    return true
  }

  /**
   * Lets things happen until nothing is due, or until that time has come.
   *
   * @throws {StuckError} when time does not go on
   */
  run(until: number = Number.POSITIVE_INFINITY): void {
    while (this.next <= until && this.step());
    if (until < Number.POSITIVE_INFINITY) this.now = Math.max(this.now, until)
  }

  #choose(due: readonly Lane[]): Lane | undefined {
    return due.length > 1 ? due[(this.#choices.next() ?? 0) % due.length] : due[0]
  }
}

/** Things that happen one after another. */
export class Lane {
  readonly #time: VirtualTime
  #due: { readonly at: number; readonly what: () => void }[] = []

  constructor(time: VirtualTime) {
    this.#time = time
  }

  get next(): number {
    return this.#due[0]?.at ?? Number.POSITIVE_INFINITY
  }

  /** Has something happen in so many milliseconds, though not before what is due in this lane already. Returns when. */
  after(milliseconds: number, what: () => void): number {
    const at = Math.max(this.#time.now + milliseconds, this.#due.at(-1)?.at ?? 0)
    this.#due.push({ at, what })
    return at
  }

  /** Has something happen now unless something is due in this lane already. */
  wake(what: () => void): void {
    if (this.#due.length === 0) this.after(0, what)
  }

  clear(): void {
    this.#due = []
  }

  take(): void {
    this.#due.shift()?.what()
  }
}
