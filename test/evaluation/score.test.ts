import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { Segment } from '../../src/core/types.js'
import { RunCollector, type RunPace } from '../../src/evaluation/material/run.js'
import { type Spoken, utterancesOf } from '../../src/evaluation/material/spoken.js'
import { stabilityOf } from '../../src/evaluation/measures/stability.js'
import { alignedTexts, scoreRecording } from '../../src/evaluation/score.js'
import { summarize } from '../../src/evaluation/summary.js'

/** Each word takes half a second and starts when the second does. */
function spoken(text: string, language = 'en'): Spoken {
  const words = text
    .split(' ')
    .filter(Boolean)
    .map((word, i) => ({ word, start: i, end: i + 0.5 }))
  return { language, text, words, utterances: utterancesOf(words) }
}

function segment(text: string, begin: number): Segment {
  const words = text
    .split(' ')
    .filter(Boolean)
    .map((word, i) => ({ text: ` ${word}`, begin: begin + i, end: begin + i + 0.6 }))
  return { begin, end: words.at(-1)?.end ?? begin, text: ` ${text}`, words }
}

const progress = (takenSec: number, computingSec: number): TranscriptEvent => ({
  type: 'progress',
  takenSec,
  recognizedSec: takenSec,
  lagSec: 0,
  computingSec,
})
const final = (text: string, begin: number, emittedAt: number): TranscriptEvent => ({
  type: 'text-final',
  segment: segment(text, begin),
  emittedAt,
})
const partial = (text: string): TranscriptEvent => ({
  type: 'text-partial',
  segment: text === '' ? null : segment(text, 0),
})

function runOf(events: readonly TranscriptEvent[], pace: RunPace = 'fast') {
  const collector = new RunCollector('', pace)
  for (const event of events) collector.take(event)
  return collector.run()
}

describe('scoreRecording', () => {
  const events = [
    progress(2, 0),
    final('it was', 0, 2),
    progress(2, 0.5),
    progress(4, 0.5),
    final('the beast', 2, 4),
    progress(4, 3.5),
    progress(6, 3.5),
    final('of', 4, 6),
    progress(6, 4),
  ]

  it('measures errors and lags', () => {
    const score = scoreRecording(spoken('it was the best of'), runOf(events), { normalizer: 'basic' })
    expect(score.words).toEqual({ matches: 4, substitutions: 1, deletions: 0, insertions: 0 })
    expect(score.lags.map(({ lagSec }) => lagSec)).toEqual([1.5, 0.5, 1.5, 1.5])
    expect(score.lags[0]).toMatchObject({ saidSec: 0.5, startErrorSec: 0 })
    expect(score.firstTextSec).toBe(2)
    expect(score.passages).toEqual([
      { atSec: 3, before: 'it was the', said: 'best', recognized: 'beast', after: 'of', errors: 1 },
    ])
    expect(summarize([score])).toMatchObject({ wordErrorRate: 0.2, errorInterval: null, realTimeFactor: 4 / 6 })
  })

  it('lets updates wait for each other where computing counts', () => {
    const score = scoreRecording(spoken('it was the best of'), runOf(events))
    // The second update is done at 4 + 3 s, so that the third begins then.
    expect(score.lags.map(({ saidSec, awareLagSec }) => saidSec + awareLagSec)).toEqual([2.5, 2.5, 7, 7.5])
    const inRealTime = runOf([progress(2.1, 0), final('it was', 0, 2.6), progress(2.1, 0.5)], 'realtime')
    expect(inRealTime.finals[0]).toMatchObject({ emittedSec: 2.1, awareSec: 2.6 })
  })

  it('measures by characters where a language has no spaces', () => {
    const said: Spoken = { language: 'ja', text: '今日は、良い天気です。', words: [], utterances: [] }
    const run = runOf([progress(2, 0), final('今日は悪い天気です', 0, 2), progress(2, 0.1)])
    const score = scoreRecording(said, run)
    expect(score).toMatchObject({ unit: 'character', words: null, lagging: null })
    // The text has no times: lag is from where the recognizer has the ends of words.
    expect(score.lags).toHaveLength(8)
    expect(score.lags[0]).toMatchObject({ endErrorSec: null, lagSec: 2 - (score.lags[0]?.saidSec ?? 0) })
    expect(score.characters).toMatchObject({ matches: 8, substitutions: 1, deletions: 0, insertions: 0 })
  })

  it('finds words that are made up where nobody speaks', () => {
    const silence: Spoken = { language: 'en', text: '', words: [], utterances: [] }
    const run = runOf([progress(30, 0), final('thank you', 3, 30), progress(30, 0.1)])
    const score = scoreRecording(silence, run)
    expect(score.hallucinations).toEqual({ nonSpeechSec: 30, words: 2 })
    expect(summarize([score])).toMatchObject({ hallucinatedPerMinute: 4, errorRate: null })
  })

  it('knows the longest wait and the longest run of missed words', () => {
    const run = runOf([progress(8, 0), final('a x x f', 0, 8), progress(8, 0.1)])
    const score = scoreRecording(spoken('a b c d e f'), run)
    expect(score.longestWaitSec).toBe(8)
    expect(score.longestGap).toEqual({ words: 4, seconds: 3.5 })
  })
})

describe('stabilityOf', () => {
  const shown = (...texts: readonly TranscriptEvent[]) => runOf([progress(1, 0), ...texts]).shown

  it('counts words that change, and no others', () => {
    const steady = shown(partial('it'), partial('it was'), final('it was', 0, 2), partial('the'))
    expect(stabilityOf(steady, 'en')).toEqual({ shownWords: 3, changedWords: 0 })
    const hasty = shown(partial('it saw'), partial('it was the'), final('It was,', 0, 2), partial('the best'))
    expect(stabilityOf(hasty, 'en')).toEqual({ shownWords: 5, changedWords: 1 })
  })

  it('counts words that go away, and those that final text replaces', () => {
    expect(stabilityOf(shown(partial('it was'), partial('')), 'en')).toEqual({ shownWords: 2, changedWords: 2 })
    expect(stabilityOf(shown(partial('it saw me'), final('it was', 0, 2), partial('me')), 'en')).toEqual({
      shownWords: 4,
      changedWords: 1,
    })
  })
})

describe('alignedTexts', () => {
  it('shows normalized texts', () => {
    const score = { said: 'Twenty two.', text: '22', normalizer: 'english', unit: 'word' } as const
    expect(alignedTexts(score)).toBe('said:  22\nheard: 22')
  })

  it('shows characters where they are counted', () => {
    const score = { said: '今天好', text: '今日好', normalizer: 'basic', unit: 'character' } as const
    expect(alignedTexts(score)).toBe('said:  今 天 好\nheard: 今 日 好\n          S')
  })
})
