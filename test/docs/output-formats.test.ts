import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SUBTITLE_PROFILES } from '../../src/output/subtitles/profiles.js'
import { folderWith } from '../helpers/program.js'
import { END, final, said, written } from '../helpers/transcripts.js'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/output-formats.md', import.meta.url)), 'utf8')
const commands = [...PAGE.matchAll(/^jq .+$/gm)].map(([command]) => command)
const hasJq = spawnSync('jq', ['--version']).status === 0

const words = said('Ask not what your country can do for you.', { stepSec: 0.5 })
const unsure = words.map((word, at) => ({ ...word, probability: at === 1 ? 0.3 : 0.9 }))
/** What the commands of the page print, in their order. */
const PRINTED = [
  ' Ask not what your country can do for you.',
  '0  Ask not what your\n2  country can do for you.\n',
  ' not\n',
  /^121\.\d+\n$/,
  ' country can do for you.\n',
  'complete\n',
]

describe.skipIf(!hasJq)('the commands with jq', () => {
  it.each(commands.map((command, at) => [command, at] as const))('%s', (command, at) => {
    const events = [final(unsure.slice(0, 4)), final(unsure.slice(4)), END]
    const cwd = folderWith({ 'talk.jsonl': written('jsonl', events) })
    const { stdout, stderr, status } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    const printed = PRINTED[at] ?? ''
    if (typeof printed === 'string') expect(stdout).toBe(printed)
    else expect(stdout).toMatch(printed)
  })

  it('are as many as are tested', () => {
    expect(commands.length).toBe(PRINTED.length)
  })
})

describe('the table of profiles', () => {
  it('has the limits of the program', () => {
    const rows = [...PAGE.matchAll(/^\| `(--[a-z-]+)` \| (\S+) \| (\S+) \| (\S+) \|/gm)].map(([, flag, ...cells]) => [
      flag,
      ...cells.map((cell) => cell.split('/').map(Number)).map(([one = 0, by = 1]) => one / by),
    ])
    const { netflix, bbc, short } = SUBTITLE_PROFILES
    const row = (flag: string, key: keyof typeof netflix) => [flag, netflix[key], bbc[key], short[key]]
    expect(rows).toEqual([
      row('--max-line-length', 'maxLineLength'),
      row('--max-lines', 'maxLines'),
      row('--max-cps', 'maxCps'),
      row('--min-cue', 'minCueSec'),
      row('--max-cue', 'maxCueSec'),
      row('--cue-gap', 'gapSec'),
    ])
  })
})
