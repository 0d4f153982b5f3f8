import { describe, expect, it } from 'vitest'
import { formatLedger } from '../../src/terminal/ledger-report.js'
import { formatProfile } from '../../src/terminal/profile.js'

describe('the account of a run', () => {
  it('says what became of all audio, in an order of its own, with reasons, and what it makes together', () => {
    const lines = formatLedger([
      { disposition: 'skipped', reason: 'computing was too slow', samples: 8000 },
      { disposition: 'silent', reason: '', samples: 24_000 },
      { disposition: 'words', reason: '', samples: 1_920_001 },
    ])
    expect(lines).toEqual([
      '   120.00 s     1920001 samples  committed, under words',
      '     1.50 s       24000 samples  no speech, by voice activity detection',
      '     0.50 s        8000 samples  skipped: computing was too slow',
      '   122.00 s     1952001 samples  all audio',
    ])
  })

  it('of nothing is nothing', () => {
    expect(formatLedger([])).toEqual(['     0.00 s           0 samples  all audio'])
  })
})

describe('the profile of a run', () => {
  it('has a row for each stage, for a call, of the whole, and for a second of audio', () => {
    const table = formatProfile(
      [
        { stage: 'encoder', seconds: 1.5, calls: 3 },
        { stage: 'sampling', seconds: 0.5, calls: 100 },
      ],
      10,
    )
    const rows = table
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s{2,}/))
    expect(rows).toEqual([
      ['stage', 'ms', 'calls', 'ms a call', '%', 'ms a second of audio'],
      ['encoder', '1500', '3', '500.0', '75', '150.0'],
      ['sampling', '500', '100', '5.0', '25', '50.0'],
      ['all', '2000', '100', '200.0'],
    ])
  })

  it('of nothing divides nothing', () => {
    expect(formatProfile([], 0)).not.toMatch(/NaN|Infinity/)
  })
})
