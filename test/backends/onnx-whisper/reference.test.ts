import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../bench/measures.js'
import { openSession } from '../../../src/backends/onnx/ort.js'
import { type DecodingOptions, decodeWindow } from '../../../src/backends/onnx-whisper/decoding/decoding.js'
import { NO_DRAFT } from '../../../src/backends/onnx-whisper/decoding/draft.js'
import { splitSegments } from '../../../src/backends/onnx-whisper/decoding/segments.js'
import { LogMel } from '../../../src/backends/onnx-whisper/features/log-mel.js'
import { loadModel } from '../../../src/backends/onnx-whisper/model/load-model.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../../../src/backends/onnx-whisper/model/model.js'
import { inspectModelFolder } from '../../../src/backends/onnx-whisper/model/model-files.js'
import { RowMemory } from '../../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../../src/backends/onnx-whisper/model/stage-timings.js'
import type { WhisperTokenizer } from '../../../src/backends/onnx-whisper/model/tokenizer.js'
import { timeWords } from '../../../src/backends/onnx-whisper/timing/timing.js'
import { sharedFolder } from '../../helpers/shared-files.js'
import { sharedSpeech } from '../../helpers/speech.js'

interface Decoded {
  readonly tokens: readonly number[]
  readonly avg_logprob: number
  readonly no_speech_prob: number
}

interface ReferenceFile {
  readonly file: string
  readonly mel: { readonly at: readonly (readonly [number, number, number])[] }
  readonly encoder: { readonly at: readonly (readonly [number, number, number])[] }
  readonly timestamps: Decoded
  readonly no_timestamps: Decoded
  readonly prompted: Decoded
  readonly words: readonly (readonly [string, number, number, number])[]
}

/** Made by `tools/make_embedded_model.py --precision fp32 --out models/whisper-tiny.en-fp32`; too large to commit. */
const FLOAT32 =
  process.env.ASR_FLOAT32_MODEL ?? fileURLToPath(new URL('../../../models/whisper-tiny.en-fp32', import.meta.url))
const REFERENCE = sharedFolder('reference')
const WINDOW_FRAMES = 3000

const files: readonly ReferenceFile[] =
  REFERENCE === null ? [] : JSON.parse(readFileSync(join(REFERENCE, 'whisper-tiny.en.json'), 'utf8')).files

describe.runIf(existsSync(FLOAT32) && files.length > 0)('the float32 export beside openai-whisper', () => {
  let model: WhisperModel
  let tokenizer: WhisperTokenizer
  let cache: DecoderCache
  const off = { begin: [] as number[], end: [] as number[] }

  beforeAll(async () => {
    ;({ model, tokenizer } = await loadModel(await inspectModelFolder(FLOAT32), 2))
    cache = model.createCache()
  })
  afterAll(() => model.close())

  function audioOf(file: string): Float32Array {
    return sharedSpeech(file.replace(/\.wav$/, ''))!.audio.subarray(0, 480_000)
  }

  async function decode(audio: EncodedAudio, options: Partial<DecodingOptions>) {
    const plain = {
      prompt: [],
      taskTokens: [],
      timestamps: true,
      draft: NO_DRAFT,
      run: { pause() {}, clock: new StageClock(), rows: new RowMemory() },
    }
    return decodeWindow(model, tokenizer, audio, cache, { ...plain, ...options })
  }

  it.each(files.map((reference) => [reference.file, reference] as const))('%s', async (file, reference) => {
    const audio = audioOf(file)
    const logMel = new LogMel(model.config.dims.mels).window(audio, WINDOW_FRAMES)
    const features = logMel.columns(0, WINDOW_FRAMES)
    for (const [band, frame, value] of reference.mel.at) {
      expect(features[band * WINDOW_FRAMES + frame]).toBeCloseTo(value, 4)
    }
    const encoded = model.createAudio()
    await model.encode(logMel, encoded)
    const timestamps = await decode(encoded, {})
    expect(timestamps.tokens).toEqual(reference.timestamps.tokens)
    expect(timestamps.averageLogProbability).toBeCloseTo(reference.timestamps.avg_logprob, 3)
    expect(timestamps.noSpeechProbability).toBeCloseTo(reference.timestamps.no_speech_prob, 3)
    const plain = await decode(encoded, { timestamps: false })
    expect(plain.tokens).toEqual(reference.no_timestamps.tokens)
    for (const draft of [timestamps.tokens, reference.prompted.tokens]) {
      expect((await decode(encoded, { draft: { tokens: draft, held: 0, probabilities: [] } })).tokens).toEqual(
        timestamps.tokens,
      )
    }
    encoded.dispose()

    const segments = splitSegments(timestamps.tokens, tokenizer.special.firstTimestamp)
    const window = { decoded: timestamps, segments, audio, positions: WINDOW_FRAMES / 2, language: 'en' }
    const words = timeWords(window, tokenizer)
    if (words.length !== reference.words.length) return
    for (const [i, [text, begin, end]] of reference.words.entries()) {
      expect(scoringWords(words[i]!.text)).toEqual(scoringWords(text))
      off.begin.push(Math.abs(words[i]!.begin - begin))
      off.end.push(Math.abs(words[i]!.end - end))
    }
  })

  it('has nine word times in ten within 0.1 s', () => {
    for (const times of [off.begin, off.end]) {
      expect(times.length).toBeGreaterThan(100)
      expect(times.filter((seconds) => seconds <= 0.1).length / times.length).toBeGreaterThanOrEqual(0.9)
    }
  })

  it('has the encoder states', async () => {
    const session = await openSession(join(FLOAT32, 'encoder.onnx'), 2)
    for (const { file, encoder } of files.slice(0, 4)) {
      const features = new LogMel(model.config.dims.mels).window(audioOf(file), WINDOW_FRAMES).columns(0, WINDOW_FRAMES)
      const { mels, audioContext, audioState, textHeads } = model.config.dims
      const number = (value: number) => new Tensor('int64', BigInt64Array.of(BigInt(value)), [1])
      const empty = (name: string) => {
        const shape = [1, textHeads, audioContext, audioState / textHeads]
        return [name, new Tensor('float32', new Float32Array(audioContext * audioState), shape)] as const
      }
      const { encoder_states: states } = await session.run({
        input_features: new Tensor('float32', features, [1, mels, WINDOW_FRAMES]),
        skip: number(0),
        first: number(0),
        count: number(audioContext),
        ...Object.fromEntries(session.inputNames.filter((name) => name.startsWith('past_')).map(empty)),
      })
      const width = states!.dims[2]!
      for (const [row, column, value] of encoder.at) {
        expect((states!.data as Float32Array)[row * width + column]).toBeCloseTo(value, 2)
      }
    }
    await session.release()
  })
})
