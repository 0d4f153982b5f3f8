import { describe, expect, it } from 'vitest'
import { beamSearch } from '../../../../src/backends/onnx-whisper/decoding/beam-search.js'
import {
  type DecodingResult,
  decodeWindow,
  decodingStart,
} from '../../../../src/backends/onnx-whisper/decoding/decoding.js'
import { decodeWithFallback } from '../../../../src/backends/onnx-whisper/decoding/fallback.js'
import { LogitRules } from '../../../../src/backends/onnx-whisper/decoding/logit-rules.js'
import { scoresOf } from '../../../../src/backends/onnx-whisper/model/logits.js'
import type { WhisperResult } from '../../../../src/backends/onnx-whisper/session/result.js'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { config, plain, tokenizer } from '../../../helpers/plain-decoding.js'
import { type Following, ScriptedDecoder } from '../../../helpers/scripted-decoder.js'

const { endOfText, firstTimestamp } = tokenizer.special
const [A, B, C, D, E] = [11, 12, 13, 14, 15] as const

/** A model that knows these texts: by what was said, what may follow. */
function knowing(texts: Readonly<Record<string, Readonly<Record<number, number>>>>): ScriptedDecoder {
  return new ScriptedDecoder(config, tokenizer.special, (sampled): Following => {
    const following = texts[sampled.join(' ')]
    if (!following) throw new Error(`nobody says "${sampled.join(' ')}"`)
    return new Map(Object.entries(following).map(([token, probability]) => [Number(token), probability]))
  })
}

const greedily = (model: ScriptedDecoder, temperature = 0) =>
  decodeWindow(model, tokenizer, model.createAudio(), model.createCache(), { ...plain, temperature })
const withBeams = (model: ScriptedDecoder, beams: number) => {
  const caches = Array.from({ length: beams }, () => model.createCache())
  return beamSearch(model, tokenizer, model.createAudio(), caches, plain)
}

describe('beam search', () => {
  it('finds a text that is likelier than that of the likeliest words', async () => {
    const model = knowing({
      '': { [A]: 0.6, [B]: 0.4 },
      [A]: { [C]: 0.4, [D]: 0.3, [E]: 0.3 },
      [B]: { [C]: 1 },
      [`${A} ${C}`]: { [endOfText]: 1 },
      [`${A} ${D}`]: { [endOfText]: 1 },
      [`${A} ${E}`]: { [endOfText]: 1 },
      [`${B} ${C}`]: { [endOfText]: 1 },
    })
    expect((await greedily(model)).tokens).toEqual([A, C])
    const found = await withBeams(model, 2)
    expect(found.tokens).toEqual([B, C])
    expect(found.averageLogProbability).toBeCloseTo(Math.log(0.4) / 3, 5)
    expect(found.probabilities.map((probability) => Math.round(probability * 1e5) / 1e5)).toEqual([0.4, 1])
    expect((await withBeams(model, 1)).tokens).toEqual([A, C])
  })

  it('does not take a text because it is short', async () => {
    const model = knowing({
      '': { [A]: 0.5, [B]: 0.5 },
      [A]: { [endOfText]: 1 },
      [B]: { [C]: 0.9, [E]: 0.1 },
      [`${B} ${E}`]: { [endOfText]: 1 },
      [`${B} ${C}`]: { [D]: 0.9, [E]: 0.1 },
      [`${B} ${C} ${E}`]: { [endOfText]: 1 },
      [`${B} ${C} ${D}`]: { [endOfText]: 1 },
    })
    expect((await withBeams(model, 3)).tokens).toEqual([B, C, D])
  })

  it('follows texts that part late, each with all that it began with', async () => {
    const begin = `${A} ${B}`
    const model = knowing({
      '': { [A]: 1 },
      [A]: { [B]: 1 },
      [begin]: { [C]: 0.5, [D]: 0.3, [E]: 0.2 },
      ...Object.fromEntries([C, D, E].map((next) => [`${begin} ${next}`, { [A]: 0.9, [B]: 0.1 }])),
      ...Object.fromEntries(
        [C, D, E].flatMap((next) => [A, B].map((last) => [`${begin} ${next} ${last}`, { [endOfText]: 1 }])),
      ),
    })
    expect((await withBeams(model, 3)).tokens).toEqual([A, B, C, A])
  })

  it('cuts a text that runs into a loop, and tells of it', async () => {
    const rounds = 40
    const text = [A, ...Array.from({ length: rounds }, () => [B, C]).flat()]
    const model = knowing(
      Object.fromEntries(
        Array.from({ length: text.length + 1 }, (_, at) => [
          text.slice(0, at).join(' '),
          { [text[at] ?? endOfText]: 1 },
        ]),
      ),
    )
    const { tokens, probabilities, looped } = await withBeams(model, 2)
    expect({ tokens, looped }).toEqual({ tokens: [A, B, C], looped: true })
    expect(probabilities).toHaveLength(tokens.length)
  })
})

describe('temperatures', () => {
  const result = (over: Partial<DecodingResult>): DecodingResult => {
    const sure = { averageLogProbability: -0.2, noSpeechProbability: 0.01, looped: false }
    return { tokens: [], probabilities: [], attention: [], ...sure, ...over }
  }
  async function tried(results: readonly DecodingResult[], text = 'what is said') {
    const temperatures: number[] = []
    const decodeAt = async (temperature: number) => results[temperatures.push(temperature) - 1]!
    const found = await decodeWithFallback([0, 0.2, 0.4], decodeAt, { textOf: () => text, isText: () => true })
    return { temperatures, found: results.indexOf(found) }
  }

  it('are not tried for a text that is sure', async () => {
    expect(await tried([result({})])).toEqual({ temperatures: [0], found: 0 })
  })

  it('are not tried for what somebody says again and again, where attention told it from a loop', async () => {
    const text = 'it was the best of times, '.repeat(12)
    const tokens = Array.from({ length: 12 * 7 }, (_, at) => at % 7)
    const attention = [new Float32Array(1)]
    expect(await tried([result({ tokens, attention })], text)).toEqual({ temperatures: [0], found: 0 })
    expect(await tried([result({ tokens }), result({}), result({})], text)).toMatchObject({
      temperatures: [0, 0.2, 0.4],
    })
  })

  it('are not tried for silence, which none mends', async () => {
    const silence = result({ averageLogProbability: -3, noSpeechProbability: 0.9 })
    expect(await tried([silence])).toEqual({ temperatures: [0], found: 0 })
  })

  it.each([
    ['is unsure', result({ averageLogProbability: -1.2 })],
    ['is a loop', result({ looped: true })],
  ])('are tried in order until the text is good, when it %s', async (_, bad) => {
    expect(await tried([bad, bad, result({})])).toEqual({ temperatures: [0, 0.2, 0.4], found: 2 })
    expect(await tried([bad, result({})])).toEqual({ temperatures: [0, 0.2], found: 1 })
  })

  it('leave the surest text that is no loop where none is good, and the last where all are loops', async () => {
    const unsure = [-1.4, -1.2, -4].map((averageLogProbability) => result({ averageLogProbability }))
    const temperatures = [0, 0.2, 0.4]
    expect(await tried(unsure)).toEqual({ temperatures, found: 1 })
    expect(await tried(unsure.with(1, result({ looped: true })))).toEqual({ temperatures, found: 0 })
    const loops = [0, 1, 2].map(() => result({ looped: true }))
    expect(await tried(loops)).toEqual({ temperatures, found: 2 })
  })

  it('leave a sure text that only compresses like a loop, as a long sentence said twice does, before noise', async () => {
    const sentence = 'Ask not what your country can do for you, ask what you can do for your country. '
    const attention = [new Float32Array(1)]
    const temperatures: number[] = []
    const results = [
      { at: result({ attention }), text: sentence.repeat(2) },
      { at: result({ attention, averageLogProbability: -0.3 }), text: sentence.repeat(2) },
      { at: result({ attention, averageLogProbability: -4 }), text: 'the South Mesh993' },
    ]
    const found = await decodeWithFallback([0, 0.2, 0.4], async (t) => results[temperatures.push(t) - 1]!.at, {
      textOf: (one) => results.find(({ at }) => at === one)!.text,
      isText: () => true,
    })
    expect([temperatures.length, results.findIndex(({ at }) => at === found)]).toEqual([3, 0])
  })

  it('are tried when the text repeats itself', async () => {
    const sure = [result({}), result({}), result({})]
    expect((await tried(sure, 'and so on '.repeat(30))).temperatures).toEqual([0, 0.2, 0.4])
  })

  it('draw a token as often as it is likely, the likelier ones more the lower they are', () => {
    const rules = new LogitRules(config, tokenizer.special, false)
    const logits = new Float32Array(config.dims.vocabulary).fill(Number.NEGATIVE_INFINITY)
    logits[A] = Math.log(0.7)
    logits[B] = Math.log(0.3)
    const scores = scoresOf(logits, config.dims.vocabulary, endOfText, [])
    const share = (temperature: number) => {
      const drawn = Array.from({ length: 1000 }, (_, i) => rules.draw(scores, 0, [C], temperature, i / 1000).token)
      return drawn.filter((token) => token === A).length / drawn.length
    }
    expect(share(1)).toBeCloseTo(0.7, 2)
    expect(share(0.5)).toBeCloseTo(0.49 / (0.49 + 0.09), 2)
    expect(share(0.05)).toBeGreaterThan(0.999)
  })
})

describe('the start of a decoding', () => {
  const model = knowing({})
  const context = config.dims.textContext
  const start = (prompt: readonly number[]) =>
    decodingStart(model, tokenizer, { prompt, taskTokens: [], timestamps: true })
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => 1000 + i)

  it('has the end of a long prompt, which is what was said last', () => {
    const prompt = numbered(300)
    const { prefix } = start(prompt)
    expect(prefix[0]).toBe(tokenizer.special.startOfPrevious)
    expect(prefix.slice(1, -1)).toEqual(prompt.slice(-(context / 2 - 1)))
    expect(prefix.at(-1)).toBe(tokenizer.special.startOfTranscript)
  })

  it('has all of a short prompt, and nothing of none', () => {
    expect(start(numbered(3)).prefix.slice(1, -1)).toEqual(numbered(3))
    expect(start([]).prefix).toEqual([tokenizer.special.startOfTranscript])
  })

  it.each([0, 1, 100, 223, 224, 300, 1000])(
    'leaves room in the context for what may follow a prompt of %i',
    (count) => {
      const { prefix, maxTokens, startOfTranscript } = start(numbered(count))
      expect(prefix.length + maxTokens).toBeLessThanOrEqual(context)
      expect(maxTokens).toBeGreaterThanOrEqual(context / 2 - 2)
      expect(prefix[startOfTranscript]).toBe(tokenizer.special.startOfTranscript)
    },
  )
})

describe('timestamps', () => {
  const rules = new LogitRules(config, tokenizer.special, true)
  const at = (steps: number) => firstTimestamp + steps
  /** What is chosen where each token has this weight, and all others none. */
  function chosen(sampled: readonly number[], weights: Readonly<Record<number, number>>): number {
    const logits = new Float32Array(config.dims.vocabulary).fill(Number.NEGATIVE_INFINITY)
    for (const [token, weight] of Object.entries(weights)) logits[Number(token)] = Math.log(weight)
    return rules.choose(scoresOf(logits, config.dims.vocabulary, endOfText, []), 0, sampled).token
  }

  it('end a segment after its start, never at it', () => {
    expect(chosen([at(5), A], { [at(5)]: 0.8, [at(6)]: 0.2 })).toBe(at(6))
    expect(chosen([at(5), A], { [at(3)]: 0.8, [at(9)]: 0.2 })).toBe(at(9))
  })

  it('begin the next segment where the last one ended, or later', () => {
    expect(chosen([at(5), A, at(9)], { [at(8)]: 0.5, [at(9)]: 0.3, [at(10)]: 0.2 })).toBe(at(9))
    expect(chosen([at(5), A, at(9)], { [A]: 0.7, [at(10)]: 0.3 })).toBe(at(10))
  })

  it('are followed by text', () => {
    expect(chosen([at(5)], { [at(7)]: 0.9, [A]: 0.1 })).toBe(A)
    expect(chosen([at(5), A, at(9), at(9)], { [at(12)]: 0.9, [B]: 0.1 })).toBe(B)
  })

  it('come first, in the first second', () => {
    expect(chosen([], { [A]: 0.5, [at(80)]: 0.4, [at(50)]: 0.1 })).toBe(at(50))
  })

  it('win where together they outweigh every word', () => {
    const together = { [at(6)]: 0.2, [at(7)]: 0.2, [at(8)]: 0.2, [A]: 0.4 }
    expect(chosen([at(5), B], together)).toBe(at(6))
    expect(chosen([at(5), B], { ...together, [A]: 0.7 })).toBe(A)
  })
})

describe('temperatures and beams keep to the rules of timestamps', () => {
  const rules = new LogitRules(config, tokenizer.special, true)
  const at = (steps: number) => firstTimestamp + steps
  const scores = (weights: Readonly<Record<number, number>>) => {
    const logits = new Float32Array(config.dims.vocabulary).fill(Number.NEGATIVE_INFINITY)
    for (const [token, weight] of Object.entries(weights)) logits[Number(token)] = Math.log(weight)
    return scoresOf(logits, config.dims.vocabulary, endOfText, [])
  }
  const followed = (sampled: readonly number[], weights: Readonly<Record<number, number>>) =>
    rules.likeliest(scores(weights), 0, sampled, 5).map(({ token }) => token)

  it('and follow all that are allowed, the likeliest first', () => {
    expect(followed([], { [A]: 0.4, [at(0)]: 0.3, [at(50)]: 0.2, [at(51)]: 0.1 })).toEqual([at(0), at(50)])
    const weights = { [A]: 0.5, [B]: 0.2, [endOfText]: 0.1, [at(4)]: 0.05, [at(9)]: 0.15 }
    expect(followed([at(5), A], weights)).toEqual([A, B, at(9), endOfText])
  })

  it('and draw none that is not', () => {
    const drawn = [0, 0.3, 0.6, 0.999].map((random) => {
      return rules.draw(scores({ [A]: 0.3, [at(2)]: 0.3, [at(6)]: 0.2, [at(7)]: 0.2 }), 0, [at(5), A, at(6)], 1, random)
    })
    expect(new Set(drawn.map(({ token }) => token))).toEqual(new Set([at(6), at(7)]))
  })
})

describe('places where the audio may be cut', () => {
  it('are the ends of segments, and of sentences inside of them', () => {
    const words = [' One.', ' two', ' three?', ' four.'].map((text, i) => ({ begin: i, end: i + 0.5, text }))
    const segment = { text: '', averageLogProbability: 0, noSpeechProbability: 0 }
    const result: WhisperResult = {
      language: 'en',
      detected: null,
      rival: null,
      isGuessed: false,
      endsSec: null,
      skippedSpeechSec: 0,
      stages: {},
      segments: [
        { ...segment, begin: 0, end: 4, words },
        { ...segment, begin: 4, end: 6, words: [{ begin: 4.2, end: 5, text: ' five' }] },
      ],
    }
    expect(new OnnxWhisperASR().segmentsEndTs(result)).toEqual([0.5, 2.5, 4, 6])
  })
})
