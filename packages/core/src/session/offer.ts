import { NotSupportedError } from '../errors/index.ts'
import type { Capabilities } from '../wire/index.ts'

/** What a server offers, and what a caller can do without. Notes what is left out. */
export class Offer {
  readonly capabilities: Capabilities
  readonly #droppable: ReadonlySet<string>
  #dropped: readonly string[] = []

  /** @param droppable extensions in capitals */
  constructor(capabilities: Capabilities, droppable: ReadonlySet<string>) {
    this.capabilities = capabilities
    this.#droppable = droppable
  }

  /** The extensions that something was left out of. */
  get dropped(): readonly string[] {
    return this.#dropped
  }

  /**
   * Whether what belongs to the extension may be said. Where it may not, it is left out.
   *
   * @param extensions in capitals; one of them must be offered, and it is the first that is missed
   * @param problem what is wrong without
   * @throws {NotSupportedError} when it is not offered, and the caller can't do without
   */
  takes(extensions: readonly [string, ...string[]], problem: string): boolean {
    if (extensions.some((each) => this.capabilities.has(each))) return true
    const [extension] = extensions
    if (!this.#droppable.has(extension)) throw new NotSupportedError(extension, problem)
    this.drop(extension)
    return false
  }

  /** Whether the caller can do without the extension. */
  isDroppable(extension: string): boolean {
    return this.#droppable.has(extension)
  }

  drop(extension: string): void {
    if (!this.#dropped.includes(extension)) this.#dropped = [...this.#dropped, extension]
  }
}
