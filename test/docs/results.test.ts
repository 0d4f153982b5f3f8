import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withPart } from '../../tools/docs/parts.js'
import { ownTable, peersTable, settingsPart, settingsPicture } from '../../tools/docs/result-tables.js'

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
/** What to do when one of these fails. */
const REMAKE = 'npm run docs:results writes it anew'

describe('what is made from results of measurements', () => {
  it.each([
    ['README.md', 'settings', settingsPart('docs/images')],
    ['README.md', 'programs', peersTable()],
    ['README.md', 'recordings', ownTable()],
    ['docs/evaluation.md', 'settings', settingsPart('images')],
  ])('%s, %s, is not stale', (path, name, part) => {
    expect(read(path), REMAKE).toBe(withPart(read(path), name, part, 'docs:results'))
  })

  it('docs/images/settings.svg is not stale', () => {
    expect(read('docs/images/settings.svg'), REMAKE).toBe(settingsPicture())
  })

  it('has nothing in it of what was said', () => {
    const { settings } = JSON.parse(read('bench/results/settings.json')) as {
      readonly settings: readonly { readonly recordings: readonly unknown[] }[]
    }
    expect(settings.length).toBe(4)
    for (const { recordings } of settings) expect(recordings).toEqual([])
  })
})
