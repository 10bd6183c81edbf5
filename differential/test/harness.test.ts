import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences } from '../comparison/difference.ts'
import { type ListedDifference, parseDifferenceList } from '../comparison/difference-list.ts'
import { createServerIdentity, runScenario, type ServerIdentity } from '../comparison/run-scenario.ts'
import type { Trace } from '../comparison/trace.ts'
import { verdict } from '../comparison/verdict.ts'
import type { Driver, Job } from '../drivers/job.ts'
import type { Outcome } from '../drivers/outcome.ts'
import { SansmtpDriver } from '../drivers/sansmtp-driver.ts'
import { SmtplibDriver } from '../drivers/smtplib-driver.ts'
import { applyRules } from '../generated/rules.ts'
import type { Scenario } from '../scenario.ts'
import { connect, ehlo, noop, offering, quit, sendMail } from '../scenarios/vocabulary.ts'

const scenario: Scenario = {
  name: 'planted',
  parity: [24],
  server: { replies: { EHLO: offering('SIZE'), RCPT: ['250 ok', '550 no'] } },
  calls: [connect, ehlo, sendMail({ to: ['bob@b.example', 'eve@e.example'] }), noop, quit],
}

const smtplib = new SmtplibDriver()
const sansmtp = new SansmtpDriver()
let identity: ServerIdentity
let theirs: Trace

beforeAll(async () => {
  identity = await createServerIdentity()
  theirs = await runScenario(scenario, smtplib, identity)
})
afterAll(() => smtplib.stop())

/** sansmtp, but that it errs. */
class ErringDriver implements Driver {
  readonly #job: (job: Job) => Job
  readonly #outcomes: (outcomes: readonly Outcome[]) => readonly Outcome[]

  constructor(job: (job: Job) => Job, outcomes: (outcomes: readonly Outcome[]) => readonly Outcome[] = (same) => same) {
    this.#job = job
    this.#outcomes = outcomes
  }

  async run(job: Job): Promise<readonly Outcome[]> {
    return this.#outcomes(await sansmtp.run(this.#job(job)))
  }

  async stop(): Promise<void> {}
}

const faithful = (job: Job) => job

async function verdictOn(driver: Driver, list: readonly ListedDifference[] = []): Promise<string> {
  return verdict(scenario, differences(theirs, await runScenario(scenario, driver, identity)), list, 'strict').join(
    '\n',
  )
}

describe('a planted difference is found', () => {
  it('none where there is none', async () => {
    expect(await verdictOn(sansmtp)).toBe('')
    expect(theirs.outcomes).toEqual([
      'nothing',
      '250 mail.example\\nSIZE',
      'refused: eve@e.example 550 no',
      '250 nothing done',
      '221 bye',
    ])
    expect(theirs.wires).toEqual([
      [
        'EHLO client.example',
        'MAIL FROM:<ann@a.example> SIZE=26',
        'RCPT TO:<bob@b.example>',
        'RCPT TO:<eve@e.example>',
        'DATA',
        'content Subject: hello\\r\\n\\r\\nHello.\\r\\n',
        'NOOP',
        'QUIT',
      ],
    ])
  })

  it.each<[string, (outcomes: readonly Outcome[]) => readonly Outcome[], string]>([
    ['the code of a reply', (all) => all.with(3, { reply: [251, 'nothing done'] }), 'sansmtp: 251 nothing done'],
    ['the text of a reply', (all) => all.with(3, { reply: [250, 'Nothing done'] }), 'sansmtp: 250 Nothing done'],
    [
      'a reply instead of an error',
      (all) => all.with(4, { error: 'ServerDisconnected' }),
      'sansmtp: ServerDisconnected',
    ],
    [
      'who was refused',
      (all) => all.with(2, { refused: [['bob@b.example', 550, 'no']] }),
      'refused: bob@b.example 550',
    ],
    ['a missing outcome', (all) => all.slice(0, -1), 'sansmtp: (nothing)'],
  ])('%s', async (_, erring, shown) => {
    expect(await verdictOn(new ErringDriver(faithful, erring))).toContain(shown)
  })

  it.each<[string, (job: Job) => Job, string]>([
    ['a command more', (job) => ({ ...job, calls: [...job.calls.slice(0, 4), noop, quit] }), 'sansmtp: NOOP'],
    ['a command less', (job) => ({ ...job, calls: job.calls.slice(0, 4) }), 'smtplib: QUIT'],
    ['an argument in another case', erringMail({ from: 'Ann@a.example' }), 'MAIL FROM:<Ann@a.example>'],
    ['content by an octet', erringMail({ message: { octets: 'Subject: hello\r\n\r\nHello!\r\n' } }), 'Hello!'],
    ['a parameter', erringMail({ mailOptions: ['X-MORE=1'] }), 'SIZE=26 X-MORE=1'],
    ['a connection', (job) => ({ ...job, calls: [...job.calls.slice(0, 4), { call: 'reconnect' }, quit] }), 'wire 2'],
  ])('%s', async (_, erring, shown) => {
    expect(await verdictOn(new ErringDriver(erring))).toContain(shown)
  })

  it('where a rule has rewritten what smtplib did, and sansmtp does what smtplib did', () => {
    const refused: Scenario = { ...scenario, calls: [connect, sendMail()] }
    const wire = ['EHLO client.example', 'MAIL FROM:<ann@a.example>', 'RCPT TO:<bob@b.example>', 'DATA']
    const trace: Trace = { outcomes: ['nothing', 'Data 451 later'], wires: [wire] }
    const { trace: expected, used } = applyRules(trace, refused)
    expect(used.map(({ row }) => row)).toEqual([25])
    expect(differences(expected, { ...trace, wires: [[...wire, 'RSET']] })).toEqual([])
    expect(differences(expected, trace)).toEqual([{ at: 'wire', smtplib: ['RSET'], sansmtp: [] }])
  })
})

function erringMail(given: Partial<ReturnType<typeof sendMail>>): (job: Job) => Job {
  return (job) => ({
    ...job,
    calls: job.calls.map((call) => (call.call === 'sendMail' ? { ...call, ...given } : call)),
  })
}

const table = (...lines: readonly string[]) =>
  ['## Row 24: why', '', '| scenario | where | smtplib | sansmtp |', '| --- | --- | --- | --- |', ...lines].join('\n')

describe('the list of differences', () => {
  const erring = new ErringDriver(faithful, (all) => all.with(3, { reply: [251, 'fine'] }))
  const line = '| planted | call 4 | `250 nothing done` | `251 fine` |'

  it('excuses what it has', async () => {
    expect(await verdictOn(erring, parseDifferenceList(table(line), 'list'))).toBe('')
  })

  it.each([
    ['another place', '| planted | call 5 | `250 nothing done` | `251 fine` |'],
    ['another outcome of sansmtp', '| planted | call 4 | `250 nothing done` | `250 fine` |'],
    ['another outcome of smtplib', '| planted | call 4 | `250 nothing` | `251 fine` |'],
    ['another scenario', '| another | call 4 | `250 nothing done` | `251 fine` |'],
  ])('excuses nothing in %s', async (_, other) => {
    expect(await verdictOn(erring, parseDifferenceList(table(other), 'list'))).toContain('not in the list: call 4')
  })

  it('must not have what is not so', async () => {
    const stale = '| | wire | – | `NOOP` |'
    const list = parseDifferenceList(table(line, stale), 'list.md')
    expect(await verdictOn(erring, list)).toMatch(/^in the list \(list\.md:6\), and not so: wire\n/)
  })

  it('excuses nothing with another parser of addresses', async () => {
    const only = (parser: string) => table(line).replace('Row 24', `Row 24, with the ${parser} parser`)
    expect(await verdictOn(erring, parseDifferenceList(only('strict'), 'list'))).toBe('')
    expect(await verdictOn(erring, parseDifferenceList(only('lenient'), 'list'))).toContain('not in the list: call 4')
  })

  it('reads a row, places and lines', () => {
    expect(parseDifferenceList(table('| a | wire 2 | – | `ONE ⏎ TWO` |', '| | call 1 | `x` | – |'), 'list.md')).toEqual(
      [
        {
          scenario: 'a',
          row: 24,
          parser: undefined,
          at: 'wire 2',
          smtplib: [],
          sansmtp: ['ONE', 'TWO'],
          source: 'list.md:5',
        },
        { scenario: 'a', row: 24, parser: undefined, at: 'call 1', smtplib: ['x'], sansmtp: [], source: 'list.md:6' },
      ],
    )
  })

  it.each([
    ['a line without its cells', table('| planted | call 4 | `x` |')],
    ['a place that is none', table('| planted | somewhere | `x` | `y` |')],
    ['a cell without backticks', table('| planted | call 4 | x | `y` |')],
    ['no scenario', table('| | call 4 | `x` | `y` |')],
    ['no row', '| planted | call 4 | `x` | `y` |'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseDifferenceList(text, 'list.md')).toThrow('list.md:')
  })
})
