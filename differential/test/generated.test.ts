import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeDifference, differences } from '../comparison/difference.ts'
import { createServerIdentity, runScenario, type ServerIdentity } from '../comparison/run-scenario.ts'
import { SansmtpDriver } from '../drivers/sansmtp-driver.ts'
import { SmtplibDriver } from '../drivers/smtplib-driver.ts'
import { applyRules, type Rule, rules } from '../generated/rules.ts'
import { generatedScenarios } from '../generated/scenarios.ts'

const { DIFFERENTIAL_RUNS = '500', DIFFERENTIAL_SEED = '1' } = process.env
const scenarios = generatedScenarios(Number(DIFFERENTIAL_RUNS), Number(DIFFERENTIAL_SEED))

const smtplib = new SmtplibDriver()
const sansmtp = new SansmtpDriver()
const used = new Set<Rule>()
let identity: ServerIdentity

beforeAll(async () => {
  identity = await createServerIdentity()
})
afterAll(() => smtplib.stop())

describe('scenarios made by chance', () => {
  it.each(scenarios)('$name', async (scenario) => {
    const [theirs, ours] = await Promise.all([
      runScenario(scenario, smtplib, identity),
      runScenario(scenario, sansmtp, identity),
    ])
    const expected = applyRules(theirs, scenario)
    for (const rule of expected.used) used.add(rule)
    const found = differences(expected.trace, ours).map((difference) => describeDifference(scenario, difference))
    expect(found.join('\n\n'), JSON.stringify(scenario)).toBe('')
  })
})

it('every rule had something to say', () => {
  expect(rules.filter((rule) => !used.has(rule)).map(({ row, what }) => `row ${row}: ${what}`)).toEqual([])
})
