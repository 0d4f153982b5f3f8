import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StageClock } from '../../../../src/backends/onnx-whisper/model/stage-timings.js'
import { type LanguageChange, LanguageWatch } from '../../../../src/backends/onnx-whisper/session/language-watch.js'

const RATE = 16_000
const run = { pause: () => {}, clock: new StageClock(), rows: null as never }

/** Something that is said in a language, in seconds. */
interface Spoken {
  readonly code: string
  readonly sec: number
}

/** Each language has an amplitude of its own, by which it is heard; '-' is silence. */
const LOUDNESS: Readonly<Record<string, number>> = { '-': 0, de: 0.1, es: 0.2, ja: 0.3 }

function audioOf(spoken: readonly Spoken[]): Float32Array {
  const pieces = spoken.flatMap(({ code, sec }) => {
    const loudness = LOUDNESS[code]!
    // Syllables, so that there is a background to stand out of.
    return Array.from({ length: Math.round(sec * RATE) }, (_, i) =>
      i % 4000 < 3000 ? loudness * (i % 2 === 0 ? 1 : -1) : 0.0001 * (i % 2),
    )
  })
  return Float32Array.from(pieces)
}

/** The languages of a stretch by their share of it. */
async function heard(audio: Float32Array): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>()
  for (const sample of audio) {
    const code = Object.entries(LOUDNESS).find(
      ([, loudness]) => loudness > 0 && Math.abs(Math.abs(sample) - loudness) < 0.01,
    )
    if (code) shares.set(code[0], (shares.get(code[0]) ?? 0) + 1)
  }
  const all = [...shares.values()].reduce((sum, share) => sum + share, 0)
  return new Map([...shares].map(([code, share]) => [code, share / all]))
}

/** Follows a stream whose buffer begins anew where another language begins. */
async function follow(audio: Float32Array, stepSec: number, code: string) {
  const watch = new LanguageWatch(heard)
  const changes: (LanguageChange & { readonly foundAt: number })[] = []
  let begin = 0
  let current = code
  for (let end = stepSec; end <= audio.length / RATE; end += stepSec) {
    const buffer = audio.subarray(Math.round(begin * RATE), Math.round(end * RATE))
    const watched = { audio: buffer, positionSamples: Math.round(begin * RATE), code: current, allowed: [], run }
    const change = await watch.changeIn(watched)
    if (!change) continue
    changes.push({ language: change.language, atSec: begin + change.atSec, foundAt: end })
    begin += change.atSec
    current = change.language.code
  }
  return changes
}

describe('the languages of a stream', () => {
  it.each([0.5, 1])('are followed within 4 s, from the pause between them on, in steps of %d s', async (stepSec) => {
    const spoken = [
      { code: 'de', sec: 9 },
      { code: '-', sec: 0.6 },
      { code: 'es', sec: 8 },
      { code: '-', sec: 0.6 },
      { code: 'ja', sec: 8 },
    ]
    const changes = await follow(audioOf(spoken), stepSec, 'de')
    expect(changes.map(({ language }) => language.code)).toEqual(['es', 'ja'])
    for (const [i, begin] of [9.6, 18.2].entries()) {
      expect(changes[i]!.atSec).toBeGreaterThan(begin - 0.7)
      expect(changes[i]!.atSec).toBeLessThan(begin + 0.1)
      expect(changes[i]!.foundAt - begin).toBeLessThanOrEqual(4)
    }
  })

  it('are followed without a pause too', async () => {
    const spoken = [
      { code: 'de', sec: 9 },
      { code: 'es', sec: 8 },
    ]
    const [change] = await follow(audioOf(spoken), 1, 'de')
    expect(change?.language.code).toBe('es')
    expect(Math.abs(change!.atSec - 9)).toBeLessThan(2)
  })

  it('do not change for what is short', async () => {
    const short = fc.record({ code: fc.constantFrom('es', 'ja'), sec: fc.double({ min: 0.1, max: 1, noNaN: true }) })
    const long = fc.record({ code: fc.constant('de'), sec: fc.double({ min: 4, max: 8, noNaN: true }) })
    const talk = fc.array(fc.tuple(long, short), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(talk, fc.constantFrom(0.5, 1, 2), async (pairs, stepSec) => {
        expect(await follow(audioOf(pairs.flat()), stepSec, 'de')).toEqual([])
      }),
      { numRuns: 10 },
    )
  })

  it('are in doubt while another one is heard, but not for ever', async () => {
    const unclear = new Map(Object.entries({ es: 0.5, de: 0.3, ja: 0.2 }))
    const watch = new LanguageWatch(async () => unclear)
    const audio = audioOf([{ code: 'de', sec: 20 }])
    const doubts: boolean[] = []
    for (let end = 1; end <= 12; end++) {
      const watched = { audio: audio.subarray(0, end * RATE), positionSamples: 0, code: 'de', allowed: [], run }
      expect(await watch.changeIn(watched)).toBeNull()
      doubts.push(watch.isInDoubt)
    }
    expect(doubts.filter(Boolean)).toHaveLength(4)
    expect(doubts.at(-1)).toBe(false)
  })

  it('begin with the first that is clear', async () => {
    const watch = new LanguageWatch(heard)
    const audio = audioOf([
      { code: '-', sec: 2 },
      { code: 'es', sec: 6 },
      { code: 'ja', sec: 12 },
    ])
    const first = await watch.firstIn({ audio, positionSamples: 0, allowed: [], run })
    expect(first?.code).toBe('es')
    expect(await watch.firstIn({ audio: new Float32Array(RATE * 9), positionSamples: 0, allowed: [], run })).toBeNull()
  })
})
