import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadVad } from '../../../src/backends/onnx/load-vad.js'
import type { VadStream, Word } from '../../../src/core/types.js'
import { VoiceEvidence } from '../../../src/online/hallucination/voice-evidence.js'
import { WordFilter } from '../../../src/online/hallucination/word-filter.js'
import { joined } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'

const RATE = 16_000
const WINDOW = 512
/** What is so unlikely is as quiet. */
const QUIET = 0.001

/** Hears a voice where the samples say so: the fraction of their value is its probability. Counts what it is given. */
class ValueDetector implements VadStream {
  readonly windowSamples = WINDOW
  judged = 0
  resets = 0

  async score(audio: Float32Array): Promise<readonly number[]> {
    expect(audio.length % WINDOW).toBe(0)
    this.judged += audio.length
    return Array.from({ length: audio.length / WINDOW }, (_, window) => audio[window * WINDOW]! % 1)
  }

  reset(): void {
    this.resets++
  }
}

/** As above, but once it has heard music it hears no voice until it is reset. */
class DeafenedDetector extends ValueDetector {
  static readonly MUSIC = 0.0625
  #isDeaf = false

  override async score(audio: Float32Array): Promise<readonly number[]> {
    const heard = await super.score(audio)
    return heard.map((value) => {
      this.#isDeaf ||= value === DeafenedDetector.MUSIC
      return this.#isDeaf ? 0.01 : value
    })
  }

  override reset(): void {
    super.reset()
    this.#isDeaf = false
  }
}

/** As above, but of a speaker whom it has heard well before it hears all. */
class KnowingDetector extends ValueDetector {
  #knows = false

  override async score(audio: Float32Array): Promise<readonly number[]> {
    const heard = await super.score(audio)
    return heard.map((value) => {
      this.#knows ||= value > 0.9
      return this.#knows ? Math.max(value, 0.9) : value
    })
  }

  override reset(): void {
    super.reset()
    this.#knows = false
  }
}

/** Audio in which a voice is as likely as told, second by second; every other tenth of a second is louder, as speech is. */
function audioOf(...probabilities: readonly number[]): Float32Array {
  const louder = (i: number) => Math.floor(i / (RATE / 10)) % 2
  return Float32Array.from({ length: probabilities.length * RATE }, (_, i) => {
    const probability = probabilities[Math.floor(i / RATE)]!
    return probability > QUIET ? probability + louder(i) : probability
  })
}

const word = (begin: number, text = ' word', probability = 0.9): Word => ({
  begin,
  end: begin + 0.3,
  text,
  probability,
})
const judged = async (audio: Float32Array, ...words: readonly Word[]) => [
  ...(await new VoiceEvidence(new ValueDetector()).unvoiced(words, audio, 0)),
]

describe('words without a voice', () => {
  it('are those under which none is heard, nor near them', async () => {
    const audio = audioOf(0.05, 0.05, 0.9, 0.05, 0.05)
    expect(await judged(audio, word(0.5), word(1.8), word(2.4), word(3.1), word(4.2))).toEqual([0, 4])
  })

  it('are those of a model in doubt where a voice is unlikely, and not of a sure one', async () => {
    const audio = audioOf(0.2, 0.2, 0.2)
    expect(await judged(audio, word(0.5, ' a', 0.4), word(1.5, ' b', 0.5))).toEqual([0, 1])
    expect(await judged(audio, word(0.5, ' a', 0.4), word(1.5, ' b', 0.95))).toEqual([])
  })

  it('are those of one letter where a voice is unlikely, however sure the model is of them', async () => {
    const audio = audioOf(0.9, 0.05, 0.05, 0.2, 0.05, 0.9)
    const hums = [word(3.1, ' Mmm.'), word(3.5, '.'), word(3.6, ' Mm')]
    expect(await judged(audio, word(0.4), ...hums)).toEqual([1, 2, 3])
    expect(await judged(audio, word(0.4), word(3.1, ' I'), word(3.5, ' see'))).toEqual([])
    expect(await judged(audio, word(5.2, ' Mmm.'))).toEqual([])
  })

  it('are those that a model says twice, in doubt, where a voice is not likely', async () => {
    const audio = audioOf(0.4, 0.4, 0.4, 0.9, 0.9)
    const twice = (probability: number) => [word(0.5, ' Mr.', probability), word(1, ' Mr.', probability)]
    expect(await judged(audio, ...twice(0.5), word(3.2, ' John'))).toEqual([0, 1])
    expect(await judged(audio, ...twice(0.7), word(3.2, ' John'))).toEqual([])
    expect(await judged(audio, word(0.5, ' Mr.', 0.5), word(1, ' and', 0.5))).toEqual([])
  })

  it('are none that begin a sentence which a voice goes on with: alignment laid them into the sound before', async () => {
    const audio = audioOf(0.01, 0.01, 0.01, 0.9, 0.01, 0.01)
    const goesOn = [word(1.8, ' He', 0.25), { ...word(2.1, ' was', 0.9), end: 3.2 }, word(3.4, ' not.')]
    expect(await judged(audio, ...goesOn)).toEqual([])
    expect(await judged(audio, word(0.3, ' Thanks.'), ...goesOn)).toEqual([0])
    expect(await judged(audio, word(1.8, ' Thanks.', 0.25), ...goesOn.slice(1))).toEqual([0])
    expect(await judged(audio, word(0.3, ' He', 0.25), word(2.9, ' was'), word(3.4, ' not.'))).toEqual([0])
    const many = [word(0.9, ' Mmm'), word(1.2, ' Mmm'), word(1.5, ' Mmm'), ...goesOn.slice(1)]
    expect(await judged(audio, ...many)).toEqual([0, 1, 2])
    expect(await judged(audio, word(3.4, ' not'), word(4.6, ' an'), word(4.9, ' old'))).toEqual([1, 2])
  })

  it('are none in sound so quiet that a detector knows nothing of it', async () => {
    const audio = audioOf(QUIET, QUIET)
    expect(await judged(audio, word(0.5))).toEqual([])
  })

  it('are none behind music that has made the detector deaf: it hears them afresh, once', async () => {
    const { MUSIC } = DeafenedDetector
    const audio = audioOf(MUSIC, MUSIC, MUSIC, 0.01, 0.9, 0.9)
    const detector = new DeafenedDetector()
    const evidence = new VoiceEvidence(detector)
    const words = [word(1.2, ' Thanks.'), word(4.4), word(4.8)]
    expect([...(await evidence.unvoiced(words, audio, 0))]).toEqual([0])
    const { judged: before } = detector
    expect([...(await evidence.unvoiced(words, audio, 0))]).toEqual([0])
    expect(detector.judged).toBe(before)
  })

  it('are none behind such music in later audio either, at the place where some had been heard afresh', async () => {
    const { MUSIC } = DeafenedDetector
    const audio = audioOf(MUSIC, MUSIC, MUSIC, 0.01, 0.9, 0.9, 0.9)
    const evidence = new VoiceEvidence(new DeafenedDetector())
    expect([...(await evidence.unvoiced([word(1.2)], audio, 0))]).toEqual([0])
    const later = 96 * WINDOW
    expect([...(await evidence.unvoiced([word(1.2)], audio.subarray(later), later))]).toEqual([])
  })

  it('say nothing of quiet ones seconds behind them', async () => {
    const audio = audioOf(0.05, 0.05, 0.05, QUIET, QUIET, QUIET)
    expect(await judged(audio, word(0.2), word(4), word(4.4), word(4.8))).toEqual([0])
  })

  it('are found in a stream, whose audio is judged once, and anew when it goes on elsewhere', async () => {
    const detector = new ValueDetector()
    const evidence = new VoiceEvidence(detector)
    const stream = audioOf(0.9, 0.05, 0.05, 0.9, 0.05, 0.05)
    await evidence.unvoiced([], stream.subarray(0, 2 * RATE), 0)
    expect([...(await evidence.unvoiced([word(0.6), word(2.5)], stream.subarray(RATE), RATE))]).toEqual([0])
    const heardAfresh = (0.3 + 3 * 0.3) * RATE + 3 * WINDOW
    expect(detector.judged).toBeLessThanOrEqual(stream.length + heardAfresh)
    expect(detector.resets).toBe(1)
    expect([...(await evidence.unvoiced([word(0.5)], stream.subarray(0, 2 * RATE), 100 * RATE))]).toEqual([])
    expect(detector.resets).toBe(1)
    expect([...(await evidence.unvoiced([word(0.5)], stream.subarray(0, 2 * RATE), 50 * RATE))]).toEqual([])
    expect(detector.resets).toBe(2)
  })

  it('are none behind a gap in the stream, where the detector goes on with the speaker whom it knows', async () => {
    const evidence = new VoiceEvidence(new KnowingDetector())
    await evidence.unvoiced([], audioOf(0.95, 0.95), 0)
    const short = audioOf(0.2).subarray(0, 0.6 * RATE)
    expect([...(await evidence.unvoiced([word(0.1, ' ask', 0.3)], short, 5 * RATE))]).toEqual([])
    expect([...(await evidence.unvoiced([word(0.1, ' ask', 0.3)], short, 3 * RATE))]).toEqual([0])
  })

  it('do not depend on how the stream is cut', async () => {
    const stream = audioOf(0.9, 0.05, 0.05, 0.9, 0.05, 0.05, 0.9, 0.05)
    const words = [word(0.5), word(1.7), word(3.5), word(4.5), word(5.2), word(6.2)]
    const whole = await judged(stream, ...words)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: stream.length }), { maxLength: 6 }), async (cuts) => {
        const evidence = new VoiceEvidence(new ValueDetector())
        for (const cut of [...cuts].sort((a, b) => a - b)) await evidence.unvoiced([], stream.subarray(0, cut), 0)
        expect([...(await evidence.unvoiced(words, stream, 0))]).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })
})

describe('first words with seconds behind them', () => {
  const audio = audioOf(0.01, 0.01, 0.01, 0.01, 0.01, 0.9, 0.9)
  const filtered = (...words: readonly Word[]) =>
    new WordFilter(new ValueDetector()).filter(words, { audio, prompt: '', positionSamples: 0 })
  const stretched = { ...word(0.4, ' And', 0.33), end: 3.9 }

  it('were said right before the voice that goes on with their sentence', async () => {
    const { words, leftOut, suspicion } = await filtered(stretched, word(5.1, ' so'), word(5.4, ' my'))
    expect(words.map(({ text }) => text)).toEqual([' And', ' so', ' my'])
    expect(words[0]!.end).toBe(5.1)
    expect(words[0]!.begin).toBeGreaterThan(4.5)
    expect({ leftOut, suspicion }).toEqual({ leftOut: [], suspicion: null })
  })

  it('were not where another sentence begins, the model hardly believes them, or they were heard', async () => {
    for (const first of [
      { ...stretched, text: ' Thanks.' },
      { ...stretched, probability: 0.1 },
    ]) {
      expect((await filtered(first, word(5.1, ' so'), word(5.4, ' my'))).words.map(({ text }) => text)).toEqual([
        ' so',
        ' my',
      ])
    }
    const { words } = await filtered(stretched, word(5.1, ' So'), word(5.4, ' my'))
    expect(words.map(({ text }) => text)).toEqual([' So', ' my'])
    const heard = [word(0.5, ' And'), word(4.5, ' so'), word(5.1, ' my')]
    const voiced = audioOf(0.9, 0.01, 0.01, 0.01, 0.9, 0.9)
    const filter = new WordFilter(new ValueDetector())
    expect((await filter.filter(heard, { audio: voiced, prompt: '', positionSamples: 0 })).words).toEqual(heard)
  })
})

describe('the filter that asks Silero', () => {
  it('keeps every word that was said, and none over chords', async () => {
    const vadModel = await loadVad()
    try {
      for (const name of ['two_cities', 'jfk']) {
        const { audio, words } = fixture(name)
        const heard = words.map(({ begin, end, text }) => ({ begin, end, text: ` ${text}`, probability: 0.3 }))
        const filter = new WordFilter(vadModel.open())
        const { leftOut } = await filter.filter(heard, { audio, prompt: '', positionSamples: 0 })
        expect(leftOut).toEqual([])
      }
      const chords = chordsOf(6)
      const made = [word(1, ' Thank', 0.9), word(1.4, ' you.', 0.9)]
      const filter = new WordFilter(vadModel.open())
      const filtered = await filter.filter(made, { audio: chords, prompt: '', positionSamples: 0 })
      expect(filtered).toMatchObject({ words: [], leftOut: made, suspicion: 'no voice' })
    } finally {
      await vadModel.close()
    }
  })
})

describe('soft speech behind loud music', () => {
  it('is not left out: the detector is deaf for it', async () => {
    const vadModel = await loadVad()
    const seconds = 16
    try {
      const { audio, words } = fixture('jfk')
      const heard = words.map(({ begin, end, text }) => ({
        begin: begin + seconds,
        end: end + seconds,
        text: ` ${text}`,
        probability: 0.3,
      }))
      const soft = audio.map((sample) => 0.1 * sample)
      const filter = new WordFilter(vadModel.open())
      const stream = { audio: joined([chordsOf(seconds), soft]), prompt: '', positionSamples: 0 }
      expect((await filter.filter(heard, stream)).leftOut).toEqual([])
    } finally {
      await vadModel.close()
    }
  })
})

function chordsOf(seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) =>
    [220, 277.2, 329.6, 440].reduce((sum, hertz) => sum + 0.1 * Math.sin((2 * Math.PI * hertz * i) / RATE), 0),
  )
}
