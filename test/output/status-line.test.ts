import { describe, expect, it } from 'vitest'
import { effortStatus, microphoneStatus, positionStatus } from '../../src/terminal/status-line.js'
import { breaksLinesAnew, showsUnicode } from '../../src/terminal/terminal-kind.js'

describe('how far a stream is recognized', () => {
  it.each([
    [0, 44, '0 s of 44 s, 0 %'],
    [21.9, 43.8, '22 s of 44 s, 50 %'],
    [43.5, 43.9915, '44 s of 44 s, 98 %'],
    // Where audio is resampled, its end may be some samples earlier or later.
    [43.991, 43.9915, '44 s of 44 s, 100 %'],
    [44.02, 43.9915, '44 s of 44 s, 100 %'],
    [12.4, undefined, '12 s'],
  ])('%f of %f is %j', (heard, duration, shown) => {
    expect(positionStatus(heard, duration)).toBe(shown)
  })
})

describe('what is computed', () => {
  const less = { type: 'effort', change: 'less', stepSec: 2, windowSec: 8, isFull: false, lagSec: 3.14 } as const

  it('is told while it is less than what is configured', () => {
    expect(effortStatus(less)).toBe(', catching up: step 2 s, window 8 s')
    expect(effortStatus({ ...less, change: 'more' })).toBe(', catching up: step 2 s, window 8 s')
    expect(effortStatus({ ...less, change: 'least' })).toBe(', too slow: 3.1 s late')
    expect(effortStatus({ ...less, change: 'more', isFull: true })).toBe('')
    expect(effortStatus({ ...less, beamSize: 2 })).toBe(', catching up: step 2 s, window 8 s, beam size 2')
    expect(effortStatus({ ...less, beamSize: 1 })).toBe(', catching up: step 2 s, window 8 s, greedy')
  })
})

describe('the level meter', () => {
  it('is as wide at any level, in any characters', () => {
    for (const unicode of [true, false]) {
      const widths = [0, 0.01, 0.5, 0.999, 1, 7, -1].map((level) => microphoneStatus(level, true, unicode).length)
      expect(new Set(widths).size).toBe(1)
    }
    expect(microphoneStatus(0.5, false, false)).toBe('listening [########        ]')
  })
})

describe('what a terminal can show', () => {
  it.each([
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'de_DE.UTF-8', LC_CTYPE: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, true],
    [{ LC_ALL: 'POSIX', LC_CTYPE: 'en_US.UTF-8', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{}, false],
  ])('with %j characters beyond ASCII: %j', (env, shows) => {
    expect(showsUnicode(env, 'linux')).toBe(shows)
    expect(showsUnicode(env, 'win32')).toBe(true)
  })

  it.each([
    [{ TERM: 'xterm-256color' }, true],
    [{ TERM: 'xterm-256color', XTERM_VERSION: 'XTerm(390)' }, false],
    [{ TERM: 'linux' }, false],
    [{ TERM: 'screen.xterm-256color', STY: '1.pts' }, false],
    [{ TERM: 'screen', TMUX: '/tmp/tmux', STY: '1.pts' }, true],
  ])('with %j lines are broken anew: %j', (env, breaks) => {
    expect(breaksLinesAnew(env)).toBe(breaks)
  })
})
