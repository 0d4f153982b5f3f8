import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../../bench/measures.js'
import { LogMel } from '../../../../src/backends/onnx-whisper/features/log-mel.js'
import { loadModel } from '../../../../src/backends/onnx-whisper/model/load-model.js'
import type { EncodedAudio, WhisperModel } from '../../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import { RowMemory } from '../../../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../../../src/backends/onnx-whisper/model/stage-timings.js'
import type { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import type { WhisperResult } from '../../../../src/backends/onnx-whisper/session/result.js'
import { WhisperSession } from '../../../../src/backends/onnx-whisper/session/session.js'
import { WindowEncoder } from '../../../../src/backends/onnx-whisper/session/window-encoder.js'
import { fixture } from '../../../helpers/speech.js'

const RATE = 16_000

let model: WhisperModel
let tokenizer: WhisperTokenizer

beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 2))
})
afterAll(() => model.close())

const newSession = () =>
  new WhisperSession(model, tokenizer, { language: 'en', task: 'transcribe', beamSize: 1, temperatures: [0] })

async function hear(audio: Float32Array): Promise<WhisperResult> {
  const session = newSession()
  const result = await session.transcribe({ audio, prompt: '', positionSamples: undefined, pause() {} })
  session.close()
  return result
}

const wordsOf = ({ segments }: WhisperResult) => segments.flatMap(({ words }) => words)
const textOf = (result: WhisperResult) =>
  scoringWords(
    wordsOf(result)
      .map(({ text }) => text)
      .join(''),
  )

describe('a window that grows', () => {
  it('takes for granted what it said of audio whose text is committed', async () => {
    const { audio } = fixture('jfk')
    const session = newSession()
    const transcribeAt0 = (seconds: number, committedSec: number) =>
      session.transcribe({
        audio: audio.subarray(0, seconds * RATE),
        prompt: '',
        positionSamples: 0,
        committedSec,
        pause() {},
      })
    const before = wordsOf(await transcribeAt0(6, 0))
    const committed = before.filter(({ end }) => end < 4)
    const after = wordsOf(await transcribeAt0(11, 4))
    session.close()
    const fresh = wordsOf(await hear(audio))
    expect(after.map(({ text }) => text).slice(0, committed.length)).toEqual(committed.map(({ text }) => text))
    expect(after.map(({ text }) => text)).toEqual(fresh.map(({ text }) => text))
    for (const [i, { begin, end }] of after.entries()) {
      expect(Math.abs(begin - fresh[i]!.begin)).toBeLessThan(0.3)
      expect(Math.abs(end - fresh[i]!.end)).toBeLessThan(0.3)
    }
  })

  it('takes no word more and no word less for granted than is committed', async () => {
    const [one, other] = [fixture('jfk').audio.subarray(0, 4 * RATE), fixture('austen_870').audio.subarray(0, 6 * RATE)]
    const session = newSession()
    const transcribeAt0 = (audio: Float32Array, committedSec: number) =>
      session.transcribe({ audio, prompt: '', positionSamples: 0, committedSec, pause() {} })
    const before = wordsOf(await transcribeAt0(one, 0))
    expect(before.length).toBeGreaterThan(3)
    // With other audio in its place, what is not committed is heard again.
    const anew = textOf(await transcribeAt0(other, 0))
    expect(anew).toEqual(textOf(await hear(other)))
    await transcribeAt0(one, 0)
    const held = wordsOf(await transcribeAt0(other, before[2]!.end + 0.21))
    expect(held.slice(0, 3).map(({ text }) => text)).toEqual(before.slice(0, 3).map(({ text }) => text))
    expect(held[3]?.text).not.toBe(before[3]!.text)
    session.close()
  })

  it.each(['jfk', 'austen_870'])('is heard as if it were heard at once: %s', async (name) => {
    const { audio } = fixture(name)
    const session = newSession()
    let grown: WhisperResult | null = null
    for (let end = 8000; end < audio.length + 8000; end += 8000) {
      const part = audio.subarray(0, Math.min(end, audio.length))
      grown = await session.transcribe({ audio: part, prompt: '', positionSamples: 0, pause() {} })
    }
    session.close()
    const fresh = textOf(await hear(audio))
    const different = textOf(grown!).filter((text, i) => text !== fresh[i])
    expect(different.length, textOf(grown!).join(' ')).toBeLessThanOrEqual(1)
  })

  it('keeps the positions that are not computed anew, and computes the others as if nothing were kept', async () => {
    const { audio } = fixture('jfk')
    const frames = 1500
    const features = new LogMel(model.config.dims.mels).window(audio, frames)
    const window = model.createAudio()
    const cache = model.createCache()
    const { startOfTranscript, firstTimestamp } = tokenizer.special
    const attention = async () => {
      cache.truncate(0)
      return (await model.decode([startOfTranscript, firstTimestamp], 0, cache, window)).alignment!.slice()
    }
    await model.encode(features, window)
    const one = await attention()
    await model.encode(features, window, { from: 300, to: 500 })
    const other = await attention()
    const greatest = one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0)
    expect(greatest).toBeLessThan(0.1)
    window.dispose()
  })

  it('keeps the positions of a window that becomes longer', async () => {
    const { audio } = fixture('jfk')
    const [shorter, longer] = [1200, 1500].map((frames) => new LogMel(model.config.dims.mels).window(audio, frames))
    const cache = model.createCache()
    const attention = async (window: EncodedAudio) => {
      cache.truncate(0)
      return (await model.decode([tokenizer.special.startOfTranscript], 0, cache, window)).alignment!.slice()
    }
    const [grown, whole] = [model.createAudio(), model.createAudio()]
    await model.encode(shorter!, grown)
    await model.encode(longer!, grown, { from: 500, to: 750 })
    await model.encode(longer!, whole)
    const [one, other] = [await attention(grown), await attention(whole)]
    expect(one.length).toBe(other.length)
    const sumOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0)
    // Silence that the shorter window did not have moves some attention; heads in wrong places would change all of it.
    expect(sumOf(one.map((value, i) => Math.abs(value - other[i]!))) / sumOf(one)).toBeLessThan(0.2)
    for (const window of [grown, whole]) window.dispose()
  })

  it('is computed anew where louder audio moves the floor of the quiet audio before it', async () => {
    const { audio } = fixture('jfk')
    const mixed = audio.map((sample, i) => (i < 6 * RATE ? sample / 100 : sample))
    const cache = model.createCache()
    const encode = async (seconds: readonly number[]) => {
      const encoder = new WindowEncoder(model)
      const shared = {
        positionSamples: 0,
        isGrowing: true,
        run: { pause() {}, clock: new StageClock(), rows: new RowMemory() },
      }
      let window: EncodedAudio | undefined
      for (const end of seconds) window = await encoder.encode({ ...shared, audio: mixed.subarray(0, end * RATE) })
      cache.truncate(0)
      const { alignment } = await model.decode([tokenizer.special.startOfTranscript], 0, cache, window!)
      encoder.close()
      return alignment!.slice()
    }
    expect(Buffer.compare(Buffer.from((await encode([6, 8])).buffer), Buffer.from((await encode([8])).buffer))).toBe(0)
  })
})
