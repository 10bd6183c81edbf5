import fc from 'fast-check'
import type { Moment, Policy } from '../server/index.ts'

/** What a server says, as data. Lists are taken in turn and begun again when they are through. */
export interface PolicyExample {
  /** Codes for each MAIL. */
  readonly mail: readonly number[]
  /** Codes for each RCPT. */
  readonly rcpt: readonly number[]
  /** Codes for each DATA. Where nobody was accepted it refuses all the same. */
  readonly data: readonly number[]
  /** Codes for content, with LMTP for each recipient. */
  readonly content: readonly number[]
  /** What goes wrong, and from which moment on; the greeting is moment 0. */
  readonly disruption?: { readonly moment: number; readonly by: Disruption }
}

/**
 * `closing`: 421. `silence`: it does nothing from there on. `unsaid`: from there on it does what it would, and does not
 * say so. `close`: it closes without a word. `closeBehind`: it closes behind its usual reply. Silence that ends again
 * is not among them: what is said then would answer the wrong command, and no client could tell.
 */
export type Disruption = 'closing' | 'silence' | 'unsaid' | 'close' | 'closeBehind'

export interface PolicyOptions {
  /** Whether something may go wrong at any moment. Default false: every command is answered. */
  readonly disruptions?: boolean
}

/** A server that accepts most, refuses some, and may fall silent, close or say 421 anywhere. */
export function serverPolicy({ disruptions = false }: PolicyOptions = {}): fc.Arbitrary<PolicyExample> {
  const disruption = fc.record({
    moment: fc.nat(20),
    by: fc.constantFrom<Disruption>('closing', 'silence', 'unsaid', 'close', 'closeBehind'),
  })
  return fc
    .record({
      mail: codes([250], [451, 452, 550, 552, 555]),
      rcpt: codes([250, 251, 252], [450, 451, 452, 550, 551, 553]),
      data: codes([354], [451, 503, 554]),
      content: codes([250], [451, 452, 552, 554]),
      disruption: disruptions ? fc.option(disruption, { nil: undefined, freq: 3 }) : fc.constant(undefined),
    })
    .map(({ disruption, ...answers }) => (disruption === undefined ? answers : { ...answers, disruption }))
}

/** A policy that says what the example says, from its beginning. */
export function policyOf(example: PolicyExample): Policy {
  let moments = 0
  const asked = { mail: 0, rcpt: 0, data: 0, content: 0 }
  return (moment) => {
    const { disruption } = example
    const answer = answerTo(moment)
    moments += 1
    if (disruption === undefined || moments <= disruption.moment) return answer
    const code = answer ?? moment.usual.code
    const answers = {
      closing: 421,
      silence: 'silence',
      unsaid: { code, unsaid: true },
      close: 'close',
      closeBehind: { code, close: true },
    } as const
    return answers[disruption.by]
  }

  function answerTo(moment: Moment): number | undefined {
    const kind = moment.type === 'command' ? moment.verb.toLowerCase() : moment.type
    if (!isAsked(kind)) return undefined
    const codes = example[kind]
    const code = codes[asked[kind]++ % Math.max(1, codes.length)]
    // What is refused by rule stays refused.
    return moment.usual.code >= 400 ? undefined : code
  }

  function isAsked(kind: string): kind is keyof typeof asked {
    return Object.hasOwn(asked, kind)
  }
}

function codes(good: readonly number[], bad: readonly number[]): fc.Arbitrary<number[]> {
  const code = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  )
  return fc.array(code, { maxLength: 4 })
}
