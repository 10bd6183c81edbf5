import { expect, it } from 'vitest'
import { readDifferenceList } from '../comparison/difference-list.ts'
import { parityRows } from '../parity-rows.ts'
import { scenarios } from '../scenarios/index.ts'

const rows = Array.from({ length: 31 }, (_, i) => i + 1)
const names = scenarios.map(({ name }) => name)

it('there are 120 scenarios and more', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(120)
})

it('every row of docs/smtplib.md has its scenarios', () => {
  expect(Object.keys(parityRows).map(Number)).toEqual(rows)
  expect(rows.filter((row) => !scenarios.some(({ parity }) => parity.includes(row)))).toEqual([])
})

it('no scenario is about a row that is not there', () => {
  expect(scenarios.filter(({ parity }) => parity.length === 0 || parity.some((row) => !rows.includes(row)))).toEqual([])
})

it('no two scenarios have the same name', () => {
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

it('every line of the list of differences is about a scenario that is there, and a row that is', () => {
  const lost = readDifferenceList().filter(({ scenario, row }) => !names.includes(scenario) || !rows.includes(row))
  expect(lost).toEqual([])
})
