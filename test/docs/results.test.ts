import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { simulated } from '../../bench/capacity/compare.js'
import { fleetRow, serverCurve } from '../../bench/capacity/fleets.js'
import { capacityResults } from '../../bench/capacity/results.js'
import { capacityPart, capacityPicture } from '../../tools/docs/capacity-part.js'
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
    ['docs/scaling.md', 'capacity', capacityPart()],
  ])('%s, %s, is not stale', (path, name, part) => {
    expect(read(path), REMAKE).toBe(withPart(read(path), name, part, 'docs:results'))
  })

  it('docs/images/settings.svg is not stale', () => {
    expect(read('docs/images/settings.svg'), REMAKE).toBe(settingsPicture())
  })

  it('docs/images/capacity.svg is not stale, nor is the simulation that it shows', () => {
    expect(read('docs/images/capacity.svg'), REMAKE).toBe(capacityPicture())
    const { real, known, fleets = [], curve = [] } = capacityResults()
    if (real === undefined || known === undefined) throw new Error('bench/results/capacity.json has no probe')
    const again = 'npx tsx bench/capacity/run-fleets.ts simulates it anew'
    for (const { probe, comparisons } of [known, real]) {
      for (const one of comparisons) expect(simulated(one, probe), again).toEqual(one.simulated)
    }
    for (const row of fleets.slice(0, 5)) expect(fleetRow(real.probe, row.sessions), again).toEqual(row)
    const some = curve.filter((_, at) => at % 5 === 0)
    expect(
      serverCurve(
        real.probe,
        some.map(({ sessions }) => sessions),
      ),
      again,
    ).toEqual(some)
    expect(fleets.at(-1)?.sessions).toBe(100_000)
  })

  it('has nothing in it of what was said', () => {
    const { settings } = JSON.parse(read('bench/results/settings.json')) as {
      readonly settings: readonly { readonly recordings: readonly unknown[] }[]
    }
    expect(settings.length).toBe(4)
    for (const { recordings } of settings) expect(recordings).toEqual([])
  })
})
