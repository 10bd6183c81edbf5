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
  /** Codes for content, with LMTP and PRDR for each recipient. */
  readonly content: readonly number[]
  /** Codes for each BDAT and BURL; what the last one brought is answered by `content` where it is not refused. */
  readonly chunk?: readonly number[]
  /** PRDR: codes in place of 353. */
  readonly prdr?: readonly number[]
  /** PRDR: codes for the reply that stands for all. */
  readonly overall?: readonly number[]
  /** Codes for other commands by verb; `undefined` for the usual. */
  readonly others?: Readonly<Record<string, readonly (number | undefined)[]>>
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
  /** Whether commands besides those of transactions may be refused, EHLO and RSET among them. Default false. */
  readonly everywhere?: boolean
}

/** A server that accepts most, refuses some, and may fall silent, close or say 421 anywhere. */
export function serverPolicy(options: PolicyOptions = {}): fc.Arbitrary<PolicyExample> {
  const { disruptions = false, everywhere = false } = options
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
      chunk: codes([250], [451, 452, 552, 554]),
      prdr: codes([353], [250, 451, 554]),
      overall: codes([250], [451, 554]),
      others: everywhere ? otherRefusals() : fc.constant(undefined),
      disruption: disruptions ? fc.option(disruption, { nil: undefined, freq: 3 }) : fc.constant(undefined),
    })
    .map(({ disruption, others, ...answers }) => ({
      ...answers,
      ...(others !== undefined && { others }),
      ...(disruption !== undefined && { disruption }),
    }))
}

/** What servers refuse other commands with. */
const refusals: Readonly<Record<string, readonly number[]>> = {
  EHLO: [451, 502, 550],
  LHLO: [451, 550],
  HELO: [550],
  STARTTLS: [454, 502],
  AUTH: [454, 504, 535],
  RSET: [451, 500, 502],
  NOOP: [500, 502],
  VRFY: [502, 550],
  XCLIENT: [501, 550],
  XFORWARD: [501, 550],
  ETRN: [458, 459],
  QUIT: [500],
}

function otherRefusals(): fc.Arbitrary<NonNullable<PolicyExample['others']>> {
  const lists = Object.entries(refusals).map(([verb, codes]) => {
    const code = fc.option(fc.constantFrom(...codes), { nil: undefined, freq: 2 })
    return [verb, fc.array(code, { maxLength: 3 })] as const
  })
  return fc.record(Object.fromEntries(lists))
}

/** A policy that says what the example says, from its beginning. */
export function policyOf(example: PolicyExample): Policy {
  let moments = 0
  const asked = new Map<string, number>()
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
    const [kind, codes] = codesFor(moment, example)
    const times = asked.get(kind) ?? 0
    asked.set(kind, times + 1)
    const code = codes[times % Math.max(1, codes.length)]
    // What is refused by rule stays refused.
    return moment.usual.code >= 400 ? undefined : code
  }
}

const kinds = { MAIL: 'mail', RCPT: 'rcpt', DATA: 'data', BDAT: 'chunk', BURL: 'chunk' } as const

/** What kind of answer is due, and the codes for it. */
function codesFor(
  moment: Moment,
  example: PolicyExample,
): readonly [kind: string, codes: readonly (number | undefined)[]] {
  if (moment.type === 'greeting') return [moment.type, []]
  if (moment.type === 'command') {
    const { verb } = moment
    const kind = Object.hasOwn(kinds, verb) ? kinds[verb as keyof typeof kinds] : undefined
    if (kind !== undefined) return [kind, example[kind] ?? []]
    const { others = {} } = example
    return [verb, Object.hasOwn(others, verb) ? (others[verb] ?? []) : []]
  }
  const kind = moment.type === 'content' && moment.overall ? 'overall' : moment.type
  return [kind, example[kind] ?? []]
}

function codes(good: readonly number[], bad: readonly number[]): fc.Arbitrary<number[]> {
  const code = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  )
  return fc.array(code, { maxLength: 4 })
}
