import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { type Page, pages } from './pages.ts'

const root = new URL('../../', import.meta.url).pathname

test.each(pages)('$path has no link that leads nowhere', ({ path, text }) => {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
  const inside = links.filter((link) => !/^[a-z]+:/.test(link))
  expect(inside.filter((link) => !leadsSomewhere(path, link))).toEqual([])
})

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? join(root, from) : join(root, dirname(from), file)
  if (!existsSync(target)) return false
  if (anchor === undefined) return true
  const page = pages.find(({ path }) => path === relative(root, target))
  return statSync(target).isFile() && page !== undefined && anchorsOf(page).includes(anchor)
}

/** Of headings, as they are made where the pages are read. */
function anchorsOf({ text }: Page): readonly string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
