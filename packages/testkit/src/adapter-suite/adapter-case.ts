import type { AdapterCapability } from './adapter-capabilities.ts'
import type { Stage } from './stage.ts'

/** One thing that holds for every adapter with the capabilities that it needs. */
export interface AdapterCase {
  /** The behaviour. */
  readonly name: string
  /** Runs only where all of these are declared. */
  readonly needs?: readonly AdapterCapability[]
  /** Runs only where none of these is declared. */
  readonly lacks?: readonly AdapterCapability[]
  readonly run: (stage: Stage) => Promise<void>
}

/** Cases about one subject. */
export interface AdapterCaseGroup {
  readonly name: string
  readonly cases: readonly AdapterCase[]
}

/** The same cases for a connection in clear and for one over TLS. */
export function inClearAndOverTls(
  name: string,
  cases: (secure: boolean) => readonly AdapterCase[],
): readonly AdapterCaseGroup[] {
  return [
    { name: `${name} in clear`, cases: cases(false) },
    {
      name: `${name} over TLS`,
      cases: cases(true).map((each) => ({ ...each, needs: ['implicitTls', ...(each.needs ?? [])] })),
    },
  ]
}
