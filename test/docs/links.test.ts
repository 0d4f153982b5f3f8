import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../helpers/program.js'
import { markdown, ROOT } from './pages.js'

const HELP = [
  [],
  ['listen'],
  ['batch'],
  ['capacity'],
  ['enqueue'],
  ['worker'],
  ['queue', 'drain'],
  ['info'],
  ['backends'],
  ['backends', 'new'],
  ...['list', 'pull', 'info', 'verify', 'convert'].map((name) => ['models', name]),
]
const FENCES = /^ *```[\s\S]*?^ *```$/gm
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g
const OPTION = /--[a-z]+(?:-[a-z]+)*/g

const pages = [
  ...markdown('.'),
  ...markdown('docs', true),
  ...['bench', 'examples', 'test/vectors'].flatMap((folder) => markdown(folder, true)),
].filter((page) => !page.startsWith('bench/results/'))

describe('the documents', () => {
  it.each(pages)('%s: links lead somewhere, within the page too', (page) => {
    const dead = linksOf(page).filter((link) => !leads(link, page))
    expect(dead).toEqual([])
  })

  it('have a way from README.md to every page of docs', () => {
    const reached = new Set(['README.md'])
    for (const page of reached) {
      for (const link of linksOf(page)) {
        const [path = ''] = link.split('#')
        const file = relative(ROOT, resolve(ROOT, dirname(page), path)).replaceAll('\\', '/')
        if (file.endsWith('.md') && existsSync(join(ROOT, file))) reached.add(file)
      }
    }
    expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([])
  })

  it.each(HELP.map((command) => command.join(' ')))('know every option of asr-stream %s', async (command) => {
    const args = [...command.split(' ').filter((word) => word !== ''), '--help']
    const { code, stdout } = await runProgram(args)
    expect(code).toBe(0)
    const known = new Set(['README.md', ...markdown('docs')].flatMap((page) => read(page).match(OPTION) ?? []))
    const offered = new Set(
      stdout.split('\n').flatMap((line) => /^ {2}(?:-\w, )?--.*/.exec(line)?.[0].match(OPTION) ?? []),
    )
    expect(offered.size).toBeGreaterThan(0)
    expect([...offered].filter((option) => !known.has(option))).toEqual([])
  })
})

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** Links to files and headings of the repository. */
function linksOf(page: string): readonly string[] {
  const links = [...read(page).replace(FENCES, '').matchAll(LINK)].map(([, link = '']) => link)
  return links.filter((link) => !/^[a-z]+:/.test(link))
}

function leads(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(ROOT, file))) return false
  return anchor === undefined || headingsOf(file).includes(anchor)
}

/** Anchors of a page, as GitHub and npm make them of headings. */
function headingsOf(page: string): readonly string[] {
  const seen = new Map<string, number>()
  return [
    ...read(page)
      .replace(FENCES, '')
      .matchAll(/^#+ +(.*)$/gm),
  ].map(([, heading = '']) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}
