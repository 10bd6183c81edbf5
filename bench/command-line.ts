import { parseArgs } from 'node:util'
import { growths } from './growth/index.ts'
import { runtimes } from './harness/runtimes.ts'
import { questions } from './questions/index.ts'

const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).join(', ')

export const usage = `Usage: npm run bench -- [options] [names]

Measures how fast sansmtp is, beside its peers. Names choose what is measured; without any, it is all:

  questions  ${names(questions)}
  growths    ${names(growths)}
  runtimes   ${names(runtimes)}

  --quick        short turns: shows that all works, and little more
  --check        ends with 1 when a ratio is more than 15 % below what is to be reached
  --json         prints the result as JSON instead of a table (npm run -s keeps npm's own lines away)
  --output FILE  writes the result to a file, as JSON
  --plot         writes the tables and the plots of docs/performance.md
  --from FILE    measures nothing, and takes the result that --output has written
  --apart        keeps the sink on another CPU than the client
  --help         prints this`

/** The arguments make no sense. */
export class UsageError extends Error {}

export interface Order {
  readonly names: readonly string[]
  readonly quick: boolean
  readonly check: boolean
  readonly json: boolean
  readonly plot: boolean
  readonly apart: boolean
  readonly help: boolean
  readonly output: string | undefined
  readonly from: string | undefined
}

/** Throws a `UsageError`. */
export function parseCommandLine(args: readonly string[]): Order {
  const { positionals, values } = parse(args)
  const known = [...questions, ...growths, ...runtimes].map(({ name }) => name)
  const stranger = positionals.find((name) => !known.includes(name))
  if (stranger !== undefined) throw new UsageError(`there is nothing called ${stranger}`)
  const { output, from, ...flags } = values
  if (flags.plot && positionals.length > 0) throw new UsageError('--plot is for all, and takes no names')
  if (from !== undefined && positionals.length > 0) throw new UsageError('--from measures nothing, and takes no names')
  return { names: positionals, output, from, ...flags }
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: flag,
        check: flag,
        json: flag,
        plot: flag,
        apart: flag,
        help: flag,
        output: { type: 'string' },
        from: { type: 'string' },
      },
    })
  } catch (error) {
    // The first sentence says what is wrong; the others advise on the syntax.
    throw new UsageError((error as Error).message.split(/\.\s/, 1)[0])
  }
}

/** Those of some things that were named, or all where none of them was. */
export function chosen<Thing extends { readonly name: string }>(
  things: readonly Thing[],
  names: readonly string[],
): readonly Thing[] {
  const named = things.filter(({ name }) => names.includes(name))
  return named.length === 0 ? things : named
}
