import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences } from '../comparison/difference.ts'
import { readDifferenceList } from '../comparison/difference-list.ts'
import { createServerIdentity, runScenario, type ServerIdentity } from '../comparison/run-scenario.ts'
import { verdict } from '../comparison/verdict.ts'
import { SansmtpDriver } from '../drivers/sansmtp-driver.ts'
import { type AddressParser, SmtplibDriver } from '../drivers/smtplib-driver.ts'
import { parityRows } from '../parity-rows.ts'
import { scenarios } from '../scenarios/index.ts'

const list = readDifferenceList()
const smtplib = new SmtplibDriver()
const sansmtp = new SansmtpDriver()
let identity: ServerIdentity
let addressParser: AddressParser

beforeAll(async () => {
  addressParser = await smtplib.addressParser()
  identity = await createServerIdentity()
})
afterAll(() => smtplib.stop())

describe.each(Object.entries(parityRows))('row %s: %s', (row) => {
  const ofRow = scenarios.filter(({ parity }) => parity[0] === Number(row))

  it.each(ofRow)('$name', async (scenario) => {
    const [theirs, ours] = await Promise.all([
      runScenario(scenario, smtplib, identity),
      runScenario(scenario, sansmtp, identity),
    ])
    expect(verdict(scenario, differences(theirs, ours), list, addressParser).join('\n\n')).toBe('')
  })
})
