import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../../bench/measures.js'
import {
  decodeAfterPrefix,
  type PrefixDecodingOptions,
} from '../../../../src/backends/onnx-whisper/decoding/alignatt-decoding.js'
import { KeptText } from '../../../../src/backends/onnx-whisper/decoding/kept-text.js'
import { OpenText } from '../../../../src/backends/onnx-whisper/decoding/open-text.js'
import { LogMel } from '../../../../src/backends/onnx-whisper/features/log-mel.js'
import { loadModel } from '../../../../src/backends/onnx-whisper/model/load-model.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import { RowMemory } from '../../../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../../../src/backends/onnx-whisper/model/stage-timings.js'
import type { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { fixture } from '../../../helpers/speech.js'
import { wordErrors } from '../../../helpers/word-errors.js'

const RATE = 16_000
/** Positions of the encoder in a second. */
const POSITIONS = 50
const { audio } = fixture('austen_920')
const HEARD = Math.floor((audio.length / RATE) * POSITIONS)

let model: WhisperModel
let tokenizer: WhisperTokenizer
let cache: DecoderCache
let encoded: EncodedAudio

beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 2))
  cache = model.createCache()
  encoded = model.createAudio()
  await model.encode(new LogMel(model.config.dims.mels).window(audio, 2 * HEARD), encoded)
})
afterAll(() => model.close())

/** Goes on, and tells the tokens of each call as well. */
async function onward(options: Partial<PrefixDecodingOptions> = {}) {
  const fed: (readonly number[])[] = []
  const listened: WhisperModel = Object.create(model, {
    decode: {
      value: (...call: Parameters<WhisperModel['decode']>) => {
        fed.push(call[0])
        return model.decode(...call)
      },
    },
  })
  const plain = { context: [], taskTokens: [], prefix: [], audioPositions: HEARD, until: HEARD }
  const rest = { run: { pause() {}, clock: new StageClock(), rows: new RowMemory() } }
  const result = await decodeAfterPrefix(listened, tokenizer, encoded, cache, { ...plain, ...rest, ...options })
  return { ...result, fed }
}

const said = (tokens: readonly number[]) => tokenizer.decode(tokens)

describe('text that is in the cache', () => {
  const halfway = { until: Math.floor(HEARD / 2) }
  const words = ' He was not an old man.'

  /** Goes on to the middle and from there, and tells how many tokens are kept of the text before. */
  async function inTwoSteps(kept: KeptText, start: number, context: readonly number[] = []) {
    kept.begin(0)
    const first = await onward({ ...halfway, kept, context: tokenizer.encode(words) })
    kept.begin(start)
    const prompt = context.length === 0 ? tokenizer.encode(words) : context
    const second = await onward({ kept, context: prompt, prefix: first.tokens })
    const plain = await onward({ context: prompt, prefix: first.tokens })
    return { first, second, plain, sparedTokens: plain.fed[0]!.length - second.fed[0]!.length }
  }

  it('is not fed again where the audio begins at the same place, and changes nothing', async () => {
    const { first, second, plain, sparedTokens } = await inTwoSteps(new KeptText(), 0)
    expect(first.tokens.length).toBeGreaterThan(5)
    expect(sparedTokens).toBeGreaterThan(first.tokens.length)
    expect(second.tokens).toEqual(plain.tokens)
    expect(second.attention.length).toBe(plain.attention.length)
    for (const [at, row] of second.attention.entries()) {
      const farthest = Math.max(...row.map((weight, i) => Math.abs(weight - plain.attention[at]![i]!)))
      expect(farthest, `row ${at}`).toBeLessThan(0.02)
    }
  })

  it('is fed whole where the audio begins elsewhere, or other text is before it', async () => {
    const moved = await inTwoSteps(new KeptText(), 320)
    expect(moved.sparedTokens).toBe(0)
    expect(moved.second.tokens).toEqual(moved.plain.tokens)
    const told = await inTwoSteps(new KeptText(), 0, tokenizer.encode(' Something else.'))
    expect(told.sparedTokens).toBeLessThanOrEqual(1)
    expect(told.second.tokens).toEqual(told.plain.tokens)
  })

  it('that a stopped call left half fed is not taken for whole', async () => {
    const kept = new KeptText()
    kept.begin(0)
    const { tokens: prefix } = await onward({ ...halfway, kept })
    const stopped = new Error('stopped')
    let steps = 0
    const pause = () => {
      if (steps++ > 1) throw stopped
    }
    const run = { pause, clock: new StageClock(), rows: new RowMemory() }
    await expect(onward({ kept, prefix: prefix.slice(0, 3), run })).rejects.toBe(stopped)
    const after = await onward({ kept, prefix })
    expect(after.tokens).toEqual((await onward({ prefix })).tokens)
  })

  it('is kept as far as more audio hardly changes it', async () => {
    const kept = new KeptText()
    kept.begin(0)
    const { tokens } = await onward({ kept })
    const { special } = tokenizer
    const all = [special.startOfTranscript, special.noTimestamps, ...tokens]
    const count = kept.take(all, all.length)
    expect(count).toBeGreaterThan(all.length / 3)
    expect(count).toBeLessThan(all.length)
    expect(said(tokens.slice(count - 2))).not.toBe('')
  })
})

describe('text that was not final', () => {
  const early = { until: 4.5 * POSITIONS }

  it('is checked in the first call, and the result is that of going on token by token', async () => {
    const open = new OpenText()
    const first = await onward({ ...early, open })
    const prefix = first.tokens.slice(0, -3)
    const second = await onward({ prefix, open })
    const plain = await onward({ prefix })
    expect(second.fed[0]!.slice(-4)).toEqual([...first.tokens.slice(-3), first.next])
    expect(second.tokens).toEqual(plain.tokens)
    expect(second.attention.length).toBe(plain.attention.length)
    expect(second.fed.length).toBe(plain.fed.length - 4)
    for (const [at, probability] of second.probabilities.entries()) {
      expect(probability).toBeCloseTo(plain.probabilities[at]!, 1)
    }
  })

  it('is found where audio was cut off, and stands only as far as the model says the same', async () => {
    const open = new OpenText()
    const { tokens } = await onward(early)
    const plain = await onward({ prefix: tokens.slice(2) })
    const wrong = tokenizer.encode(' elephants')
    open.remember([...tokens, ...plain.tokens.slice(0, 2), ...wrong])
    const second = await onward({ prefix: tokens.slice(2), open })
    expect(second.fed[0]!.slice(-2 - wrong.length)).toEqual([...plain.tokens.slice(0, 2), ...wrong])
    expect(second.fed[1]).toEqual([plain.tokens[2]])
    expect(second.tokens).toEqual(plain.tokens)
  })

  it('is not that of another text', async () => {
    const open = new OpenText()
    open.remember([1, 2, 3, 2, 4])
    expect(open.after([2])).toEqual([4])
    expect(open.after([1, 2])).toEqual([3, 2, 4])
    expect(open.after([1, 2, 3, 2, 4])).toEqual([])
    expect(open.after([5])).toEqual([])
    expect(open.after([])).toEqual([])
  })
})

describe('text that goes on with the audio, by the real model', () => {
  it('is all that was said where all may be heard', async () => {
    const whole = await onward()
    expect(whole).toMatchObject({ ended: 'text', next: null })
    expect(wordErrors('austen_920', said(whole.tokens)), said(whole.tokens)).toBeLessThanOrEqual(3)
    expect(whole.probabilities).toHaveLength(whole.tokens.length)
    expect(whole.noSpeechProbability).toBeLessThan(0.1)
  })

  it('ends where attention reaches the audio that may not be heard yet, and names the token that looked there', async () => {
    const whole = await onward()
    const lengths: number[] = []
    for (const sec of [0.5, 1.5, 3, 4.5]) {
      const part = await onward({ until: sec * POSITIONS })
      expect(part.ended).toBe('attention')
      expect([...part.tokens, part.next]).toEqual(whole.tokens.slice(0, part.tokens.length + 1))
      lengths.push(part.tokens.length)
    }
    expect(lengths).toEqual([...new Set(lengths)].sort((a, b) => a - b))
    expect(lengths.at(-1)).toBeLessThan(whole.tokens.length)
  })

  it('goes on behind what is final without saying it again, and comes to the same end', async () => {
    const whole = await onward()
    const prefix = (await onward({ until: 2 * POSITIONS })).tokens
    expect(prefix.length).toBeGreaterThan(2)
    const rest = await onward({ prefix })
    expect(rest).toMatchObject({ ended: 'text', noSpeechProbability: null })
    // 8-bit activations are rounded: a comma more or less, as the prefix is fed at once.
    expect(scoringWords(said([...prefix, ...rest.tokens]))).toEqual(scoringWords(said(whole.tokens)))
    expect(rest.attention).toHaveLength(prefix.length + rest.tokens.length + 1)
  })

  it('has as much of what was said before as fits, the newest', async () => {
    const { startOfPrevious, startOfTranscript } = tokenizer.special
    const half = model.config.dims.textContext / 2
    const context = Array.from({ length: 400 }, (_, i) => 1000 + i)
    const { fed } = await onward({ context })
    const begin = fed[0]!.indexOf(startOfTranscript)
    expect(fed[0]![0]).toBe(startOfPrevious)
    expect(fed[0]!.slice(1, begin)).toEqual(context.slice(-(half - 1)))
    expect(fed.flat().length).toBeLessThanOrEqual(model.config.dims.textContext)
    expect((await onward()).fed[0]![0]).toBe(startOfTranscript)
  })

  it('is not longer than anybody can speak in the time', async () => {
    const short = await onward({ audioPositions: 5, until: HEARD })
    expect(short.ended).toBe('stuck')
    expect(short.tokens.length).toBeLessThan(20)
  })

  it('ends between two steps when it is no longer wanted', async () => {
    let steps = 0
    const pause = () => {
      if (++steps === 4) throw new Error('enough')
    }
    await expect(onward({ run: { pause, clock: new StageClock(), rows: new RowMemory() } })).rejects.toThrow('enough')
  })
})
