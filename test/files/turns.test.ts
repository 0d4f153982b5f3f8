import { describe, expect, it } from 'vitest'
import { Counts } from '../../src/files/tally.js'
import { Turns } from '../../src/files/turns.js'
import { filesStatus, filesSummary } from '../../src/terminal/files-status.js'

function someTurns() {
  const texts: string[] = []
  const writer = {
    append: async (text: string | Uint8Array) => {
      texts.push(String(text))
    },
    complete: async () => {},
    close: async () => {},
  }
  return { turns: new Turns(writer), written: () => texts.join('') }
}

describe('texts of several recordings', () => {
  it('come one after the other, each under its heading, though they are made at once', async () => {
    const { turns, written } = someTurns()
    const b = await turns.begin(1, '==> b <==')
    await b.append('b1\n')
    const a = await turns.begin(0, '==> a <==')
    await a.append('a1\n')
    expect(written()).toBe('==> a <==\na1\n')
    await b.append('b2\n')
    await a.append('a2\n')
    await turns.begin(3, '==> d <==')
    await turns.over(3)
    await turns.over(0)
    await b.append('b3\n')
    await turns.over(1)
    expect(written()).toBe('==> a <==\na1\na2\n\n==> b <==\nb1\nb2\nb3\n')
    // One that could not be opened has no heading.
    await turns.over(2)
    expect(written().endsWith('b3\n\n==> d <==\n')).toBe(true)
  })

  it('have no empty line at the start where the first could not be opened', async () => {
    const { turns, written } = someTurns()
    await turns.over(0)
    await turns.begin(1, '==> b <==')
    expect(written()).toBe('==> b <==\n')
  })
})

describe('how far a run is', () => {
  it('tells files, audio, speed and time left', () => {
    let now = 100
    const counts = new Counts(3, () => now)
    counts.begin(0, 'talks/a.mp3')
    counts.length(0, 60)
    expect(filesStatus(counts.tally())).toBe('0 of 3 files, 0 s: a.mp3')
    counts.length(1, 240)
    counts.length(2, 3600)
    now += 10
    counts.position(0, 60)
    counts.end(0, false)
    counts.begin(1, 'talks/b.mp3')
    counts.begin(2, 'talks/c.mp3')
    counts.position(1, 60)
    expect(filesStatus(counts.tally())).toBe('1 of 3 files, 2:00 min of 1:05 h, 12x, 5:15 min left: b.mp3 and 1 more')
    counts.end(2, true)
    expect(filesStatus(counts.tally())).toBe('2 of 3 files, 2:00 min of 5:00 min, 12x, 15 s left, 1 failed: b.mp3')
    // Looked at too late to matter.
    counts.length(2, 3600)
    now += 30
    counts.position(1, 240)
    counts.end(1, false)
    expect(filesSummary(counts.tally(), 4)).toBe('2 done, 4 done before: 5:00 min of audio in 40 s (7.5x)')
  })
})
