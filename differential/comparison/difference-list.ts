import { readdirSync, readFileSync } from 'node:fs'
import type { AddressParser } from '../drivers/smtplib-driver.ts'
import type { Difference } from './difference.ts'

/** A line of the list of intended differences: what both do in one place of one scenario, and why they differ. */
export interface ListedDifference extends Difference {
  readonly scenario: string
  /** The numbered row of docs/smtplib.md that explains it. */
  readonly row: number
  /** It comes true only with this parser of addresses in Python. */
  readonly parser: AddressParser | undefined
  /** The file and line, for people. */
  readonly source: string
}

const heading = /^## Row (\d+)(?:, with the (strict|lenient) parser)?: \S/
const columns = ['scenario', 'where', 'smtplib', 'sansmtp']
const place = /^(?:call \d+|wire(?: \d+)?)$/

/** Between the lines that a connection was sent, in a cell. */
export const lineBreak = ' ⏎ '

/** The list in the folder `differences`. */
export function readDifferenceList(): readonly ListedDifference[] {
  const folder = new URL('../differences/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return files.flatMap((name) => parseDifferenceList(readFileSync(new URL(name, folder), 'utf8'), name))
}

/**
 * Reads tables in Markdown, each below a heading such as `## Row 17: …` or `## Row 15, with the strict parser: …`. A line without a scenario is about the one of
 * the line above.
 *
 * @throws {Error} for a line of a table that has another form, or no heading above
 */
export function parseDifferenceList(text: string, name: string): readonly ListedDifference[] {
  const listed: ListedDifference[] = []
  let row: number | undefined
  let parser: AddressParser | undefined
  let scenario = ''
  for (const [i, line] of text.split('\n').entries()) {
    const source = `${name}:${i + 1}`
    const found = heading.exec(line)
    if (found !== null) {
      row = Number(found[1])
      parser = found[2] as AddressParser | undefined
      scenario = ''
    }
    if (!line.startsWith('|')) continue
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
    if (cells.every((cell, column) => cell === columns[column] || /^-+$/.test(cell))) continue
    const [named = '', at = '', smtplib = '', sansmtp = ''] = cells
    if (named !== '') scenario = named
    if (cells.length !== columns.length || !place.test(at) || scenario === '' || row === undefined) {
      throw new Error(`${source} is not a line of the list: ${line}`)
    }
    listed.push({
      scenario,
      row,
      parser,
      at,
      smtplib: cellLines(smtplib, source),
      sansmtp: cellLines(sansmtp, source),
      source,
    })
  }
  return listed
}

/** `–` for nothing, or what was said in backticks. */
function cellLines(cell: string, source: string): readonly string[] {
  if (cell === '–') return []
  const [, said] = /^`([^`]*)`$/.exec(cell) ?? []
  if (said === undefined) throw new Error(`${source} has a cell that is neither – nor in backticks: ${cell}`)
  return said.split(lineBreak)
}
