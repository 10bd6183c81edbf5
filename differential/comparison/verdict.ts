import type { AddressParser } from '../drivers/smtplib-driver.ts'
import type { Scenario } from '../scenario.ts'
import { type Difference, describeDifference } from './difference.ts'
import type { ListedDifference } from './difference-list.ts'

/**
 * What is wrong with a scenario: differences that are not in the list just so, and lines of the list that did not come
 * true. Empty when all is well.
 */
export function verdict(
  scenario: Scenario,
  differences: readonly Difference[],
  list: readonly ListedDifference[],
  addressParser: AddressParser,
): readonly string[] {
  const listed = list.filter(
    ({ scenario: name, parser = addressParser }) => name === scenario.name && parser === addressParser,
  )
  const unlisted = differences.filter((difference) => !listed.some((line) => isSame(line, difference)))
  const stale = listed.filter((line) => !differences.some((difference) => isSame(line, difference)))
  return [
    ...unlisted.map((difference) => `not in the list: ${describeDifference(scenario, difference)}`),
    ...stale.map((line) => `in the list (${line.source}), and not so: ${describeDifference(scenario, line)}`),
  ]
}

function isSame(one: Difference, other: Difference): boolean {
  return one.at === other.at && isSameText(one.smtplib, other.smtplib) && isSameText(one.sansmtp, other.sansmtp)
}

function isSameText(some: readonly string[], others: readonly string[]): boolean {
  return some.join('\n') === others.join('\n')
}
