import { describe, expect, it } from 'vitest'
import { baseOf, isPattern, matcherOf } from '../../src/files/glob.js'

const PATHS = [
  'a.mp3',
  'b.wav',
  'B.mp3',
  '.hidden.mp3',
  'talks/a.mp3',
  'talks/10.mp3',
  'talks/x/y/b.mp3',
  'talks/.trash/c.mp3',
  'talks/[old].mp3',
  'talks/été.mp3',
]

describe('patterns of names', () => {
  it.each([
    ['*.mp3', ['a.mp3', 'B.mp3']],
    ['?.wav', ['b.wav']],
    ['[a-c].*', ['a.mp3', 'b.wav']],
    ['[!a].mp3', ['B.mp3']],
    ['{a,b}.{mp3,wav}', ['a.mp3', 'b.wav']],
    ['talks/*.mp3', ['talks/a.mp3', 'talks/10.mp3', 'talks/[old].mp3', 'talks/été.mp3']],
    ['talks/???.mp3', ['talks/été.mp3']],
    ['talks/**/*.mp3', ['talks/a.mp3', 'talks/10.mp3', 'talks/x/y/b.mp3', 'talks/[old].mp3', 'talks/été.mp3']],
    ['**/b.*', ['b.wav', 'talks/x/y/b.mp3']],
    ['talks/x/**', ['talks/x/y/b.mp3']],
    ['.*.mp3', ['.hidden.mp3']],
    ['talks/.trash/*', ['talks/.trash/c.mp3']],
    ['talks/[[]old].mp3', ['talks/[old].mp3']],
    ['*/a.mp3', ['talks/a.mp3']],
    ['*.(mp3|wav)', []],
    ['a+.mp3', []],
    ['[z-a].mp3', []],
    ['[^^]1-2&*.mp3', []],
  ])('%s', (pattern, expected) => {
    expect(PATHS.filter(matcherOf(pattern))).toEqual(expected)
  })

  it.each([
    ['*.mp3', ''],
    ['talks/*.mp3', 'talks'],
    ['/srv/talks/**/*.mp3', '/srv/talks'],
    ['/*.mp3', '/'],
    ['a/{b,c}/d.mp3', 'a'],
  ])('%s lies below "%s"', (pattern, base) => {
    expect(isPattern(pattern)).toBe(true)
    expect(baseOf(pattern)).toBe(base)
  })
})
