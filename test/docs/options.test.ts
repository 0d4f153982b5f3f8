import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { RECORDERS } from '../../src/audio/sources/recorders.js'
import { configJsonSchema } from '../../src/config/doors/json-schema.js'
import { longFlags } from '../../src/config/option-names.js'
import { OPTION_KEYS } from '../../src/config/option-table.js'
import { LOG_LEVELS, RECORDER_CHOICES } from '../../src/config/options/choices.js'
import { fullTables, readmeTable } from '../../tools/docs/option-tables.js'
import { withPart } from '../../tools/docs/parts.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
/** What to do when one of these fails. */
const REMAKE = 'npm run docs:options writes it anew'

describe('what is made from the table of options', () => {
  it.each([
    ['README.md', readmeTable()],
    ['docs/configuration.md', fullTables()],
  ])('%s is not stale', (path, part) => {
    expect(read(path), REMAKE).toBe(withPart(read(path), 'options', part))
  })

  it('docs/config.schema.json is not stale', () => {
    expect(JSON.parse(read('docs/config.schema.json')), REMAKE).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
  })
})

describe('documents', () => {
  it('have every option', () => {
    const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
    const text = pages
      .filter((page) => page.endsWith('.md'))
      .map(read)
      .join('\n')
    const flags = OPTION_KEYS.flatMap(longFlags)
    expect(flags.filter((flag) => !new RegExp(`${flag}(?![a-z-])`).test(text))).toEqual([])
  })
})

describe('the table of options', () => {
  it('knows the recorders that there are, and levels as Python calls them', () => {
    expect(RECORDER_CHOICES).toEqual(RECORDERS)
    expect(LOG_LEVELS).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])
  })
})
