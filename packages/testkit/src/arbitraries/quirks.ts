import fc from 'fast-check'
import type { Quirks } from '../server/index.ts'

export interface QuirkOptions {
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
  /** Those that are left out. Default none. */
  readonly without?: readonly (keyof Quirks)[]
  /** Parameters, by keyword, some of which may be refused although they are offered. Default those of SIZE, BODY, DSN. */
  readonly parameters?: readonly string[]
}

type Switch = Exclude<keyof Quirks, 'refusesParameters'>

/** Of each group at most one: the server does one thing or another. */
const groups: readonly (readonly Switch[])[] = [
  ['dropsBehindContent', 'refusesBehindContent', 'dropsConnectionBehindContent'],
  ['executesRefusedChunks', 'refusesChunksEarly'],
  ['dropsConnectionBehindGroupEnd'],
  ['forgetsHelloOnReset'],
  ['spellsAuthTheOldWay'],
  ['offersInLowerCase'],
  ['greetsInSeveralLines'],
  ['takesBareLineFeeds'],
  ['knowsOnlyHelo'],
]

/** Quirks of a server, in any combination that one can have. Shrinks to none. */
export function quirks({ protocol = 'smtp', without = [], parameters }: QuirkOptions = {}): fc.Arbitrary<Quirks> {
  // LMTP has no HELO.
  const left = new Set<keyof Quirks>([...without, ...(protocol === 'lmtp' ? (['knowsOnlyHelo'] as const) : [])])
  const choices = groups.map((group) => oneOrNone(group.filter((quirk) => !left.has(quirk))))
  const refused = left.has('refusesParameters')
    ? []
    : (parameters ?? ['SIZE', 'BODY', 'RET', 'ENVID', 'NOTIFY', 'ORCPT'])
  return fc.tuple(fc.tuple(...choices), fc.subarray([...refused])).map(([chosen, refusesParameters]) => ({
    ...Object.fromEntries(chosen.flat().map((quirk) => [quirk, true])),
    ...(refusesParameters.length > 0 && { refusesParameters }),
  }))
}

/** Mostly none, so that what one quirk brings about is not hidden by the others. */
function oneOrNone(group: readonly Switch[]): fc.Arbitrary<readonly Switch[]> {
  const none = { weight: 3, arbitrary: fc.constant<readonly Switch[]>([]) }
  if (group.length === 0) return none.arbitrary
  return fc.oneof({ withCrossShrink: true }, none, {
    weight: 1,
    arbitrary: fc.constantFrom(...group).map((quirk) => [quirk]),
  })
}
