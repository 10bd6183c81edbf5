import { expect, test } from 'vitest'
import {
  mailParameterTable,
  parameterExtensions,
  rcptParameterTable,
} from '../../packages/core/src/wire/parameters/index.ts'
import { pages } from './pages.ts'

const { text = '' } = pages.find(({ path }) => path === 'docs/extensions.md') ?? {}
const [, table = ''] = /^## All of them$([\s\S]*?)^## /m.exec(text) ?? []
const rows = table.split('\n').filter((line) => line.startsWith('| `'))

const options = Object.entries({ ...mailParameterTable, ...rcptParameterTable }).map(([option, { keyword }]) => ({
  option,
  extension: parameterExtensions(keyword, true)?.[0],
}))

test.each(options)('the row of $extension says that there is the option $option', ({ option, extension }) => {
  const row = rows.find((line) => line.startsWith(`| \`${extension}\``))
  expect(row?.match(/(?<=`)\w+/g)).toContain(option)
})
