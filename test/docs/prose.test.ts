import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOf, markdown, ROOT } from './pages.js'

const MAX_COLUMNS = 100
/** What may be longer: code, tables, pictures, what is quoted word for word, a link that cannot be broken. */
const FENCES = /^ *```[\s\S]*?^ *```$/gm
const UNBREAKABLE = /^(?:\||!\[|>|\S+$)/
const CODE = /`[^`\n]*`/g
/** Spellings of British English; the names of the API are American. */
const BRITISH =
  /\b\w*(?:recognis|quantis|normalis|initialis|tokenis|organis|behaviour|colour|neighbour|licence|labelled|levelled)\w*/gi
/** Files of the readers' own. */
const THEIRS = ['src/model.ts', 'my-asr.ts']

const pages = [
  ...markdown('.'),
  ...markdown('docs', true),
  ...['bench', 'examples', 'test/vectors'].flatMap((folder) => markdown(folder, true)),
].filter((page) => !page.startsWith('bench/results/'))
const prose = (page: string) => readFileSync(join(ROOT, page), 'utf8').replace(FENCES, '')

describe.each(pages)('%s', (page) => {
  it(`has lines of at most ${MAX_COLUMNS} columns`, () => {
    const lines = prose(page).split('\n')
    expect(lines.filter((line) => line.length > MAX_COLUMNS && !UNBREAKABLE.test(line))).toEqual([])
  })

  it('has one spelling', () => {
    expect(prose(page).replace(CODE, '').match(BRITISH) ?? []).toEqual([])
  })

  it('names files and folders that exist', () => {
    const known = filesOf('src', 'test', 'tools', 'bench', 'examples')
    const names = [...prose(page).matchAll(/`((?:(?:src|test|tools|bench)\/[\w/.-]+)|[\w/-]+\.[cm]?ts)`/g)]
    const missing = names
      .map(([, name = '']) => name)
      .filter((name) => !existsSync(join(ROOT, name)) && !known.some((file) => file.endsWith(`/${name}`)))
    expect(missing.filter((name) => !THEIRS.includes(name))).toEqual([])
  })
})
