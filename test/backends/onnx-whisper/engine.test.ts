import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../bench/measures.js'
import { decodeWindow } from '../../../src/backends/onnx-whisper/decoding/decoding.js'
import { NO_DRAFT } from '../../../src/backends/onnx-whisper/decoding/draft.js'
import { LogMel } from '../../../src/backends/onnx-whisper/features/log-mel.js'
import { loadModel } from '../../../src/backends/onnx-whisper/model/load-model.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../src/backends/onnx-whisper/model/model-files.js'
import { RowMemory } from '../../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../../src/backends/onnx-whisper/model/stage-timings.js'
import type { WhisperTokenizer } from '../../../src/backends/onnx-whisper/model/tokenizer.js'
import type { WhisperResult } from '../../../src/backends/onnx-whisper/session/result.js'
import { WhisperSession } from '../../../src/backends/onnx-whisper/session/session.js'
import { fixture } from '../../helpers/speech.js'
import { wordErrors } from '../../helpers/word-errors.js'

const RATE = 16_000
const SPEECH = ['jfk', 'austen_870', 'austen_880', 'austen_890', 'austen_920', 'austen_930'] as const

let model: WhisperModel
let tokenizer: WhisperTokenizer

beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 2))
})
afterAll(() => model.close())

async function hear(audio: Float32Array, prompt = ''): Promise<WhisperResult> {
  const session = new WhisperSession(model, tokenizer, {
    language: 'en',
    task: 'transcribe',
    beamSize: 1,
    temperatures: [0],
  })
  try {
    return await session.transcribe({ audio, prompt, positionSamples: undefined, pause() {} })
  } finally {
    session.close()
  }
}

const wordsOf = ({ segments }: WhisperResult) => segments.flatMap(({ words }) => words)
const textOf = (result: WhisperResult) =>
  scoringWords(
    wordsOf(result)
      .map(({ text }) => text)
      .join(''),
  )

function joined(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function noise(seconds: number, level: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: seconds * RATE }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 1_073_741_824 - 1) * level
  })
}

describe('the embedded model', () => {
  it('understands speech', async () => {
    const wrong: Record<string, number> = {}
    for (const name of SPEECH) wrong[name] = wordErrors(name, textOf(await hear(fixture(name).audio)).join(' '))
    // Five words of 92 are; of a machine with other kernels one or two more.
    expect(
      Object.values(wrong).reduce((sum, errors) => sum + errors, 0),
      JSON.stringify(wrong),
    ).toBeLessThanOrEqual(8)
    expect(wrong.jfk).toBeLessThanOrEqual(1)
  })

  it('says when each word is, in order, inside the audio', async () => {
    const off: number[] = []
    for (const name of SPEECH) {
      const { audio, words } = fixture(name)
      const heard = wordsOf(await hear(audio))
      for (const [i, word] of heard.entries()) {
        expect(word.begin).toBeGreaterThanOrEqual(heard[i - 1]?.end ?? 0)
        expect(word.end).toBeGreaterThan(word.begin)
        expect(word.end).toBeLessThanOrEqual(audio.length / RATE)
        expect(word.probability).toBeGreaterThan(0)
        expect(word.probability).toBeLessThanOrEqual(1)
        const said = words.filter(({ text }) => text === scoringWords(word.text)[0])
        if (said.length === 1) off.push(Math.abs(said[0]!.begin - word.begin))
      }
    }
    off.sort((a, b) => a - b)
    expect(off.length).toBeGreaterThan(30)
    expect(off[Math.floor(off.length / 2)]).toBeLessThan(0.2)
    expect(off[Math.floor(off.length * 0.9)]).toBeLessThan(0.4)
  })

  it('does not begin the first word in the silence before it', async () => {
    const { audio, words } = fixture('jfk')
    const [first] = wordsOf(await hear(joined(new Float32Array(5 * RATE), audio)))
    expect(first!.begin).toBeGreaterThan(5)
    expect(first!.begin).toBeLessThan(5 + words[0]!.end)
  })

  it('hears audio beyond 30 s', async () => {
    const { audio, words } = fixture('two_cities')
    const result = await hear(audio)
    const heard = textOf(result)
    expect(heard.length).toBeGreaterThan(words.length * 0.94)
    expect(heard.length).toBeLessThan(words.length * 1.05)
    const begins = wordsOf(result).map(({ begin }) => begin)
    expect(begins).toEqual([...begins].sort((a, b) => a - b))
    expect(begins.at(-1)).toBeGreaterThan(words.at(-1)!.begin - 0.5)
  })

  it.each([
    ['nothing', new Float32Array(0)],
    ['one sample', new Float32Array(1)],
    ['10 ms', noise(1, 0.1).subarray(0, 160)],
    ['digital silence', new Float32Array(7 * RATE)],
    ['white noise', noise(8, 0.1)],
    ['loud white noise', noise(8, 0.9)],
    ['not a number', new Float32Array(RATE).fill(Number.NaN)],
  ])('has no words for %s', async (_, audio) => {
    expect(wordsOf(await hear(audio))).toEqual([])
  })

  it('takes a prompt of any length, and is not led astray by it', async () => {
    const { audio, words } = fixture('jfk')
    const long = 'My fellow citizens, we observe today not a victory of party but a celebration of freedom. '.repeat(20)
    for (const prompt of ['Kennedy', long]) {
      const heard = textOf(await hear(audio, prompt))
      expect(heard.filter((text) => words.some((word) => word.text === text)).length).toBeGreaterThan(18)
    }
  })

  it('gives the same text for the same audio, whatever other sessions do', async () => {
    const audio = fixture('jfk').audio
    const open = () =>
      new WhisperSession(model, tokenizer, { language: 'en', task: 'transcribe', beamSize: 1, temperatures: [0] })
    const [one, other] = [open(), open()]
    const alone = await hear(audio.subarray(0, 6 * RATE))
    await other.transcribe({
      audio: fixture('austen_870').audio,
      prompt: 'Dashwood',
      positionSamples: 0,
      pause() {},
    })
    const beside = await one.transcribe({
      audio: audio.subarray(0, 6 * RATE),
      prompt: '',
      positionSamples: 0,
      pause() {},
    })
    expect(beside.segments).toEqual(alone.segments)
    one.close()
    other.close()
  })
})

describe('a session', () => {
  it('is not misled by audio that had the same positions before', async () => {
    const session = new WhisperSession(model, tokenizer, {
      language: 'en',
      task: 'transcribe',
      beamSize: 1,
      temperatures: [0],
    })
    const transcribeAt0 = (audio: Float32Array) =>
      session.transcribe({ audio, prompt: '', positionSamples: 0, pause() {} })
    await transcribeAt0(fixture('austen_870').audio)
    const { audio } = fixture('jfk')
    expect(textOf(await transcribeAt0(audio))).toEqual(textOf(await hear(audio)))
    session.close()
  })
})

describe('checking a draft', () => {
  const options = {
    prompt: [],
    taskTokens: [],
    timestamps: true,
    run: { pause() {}, clock: new StageClock(), rows: new RowMemory() },
  }
  let cache: DecoderCache
  beforeAll(() => {
    cache = model.createCache()
  })

  async function encoded(name: string): Promise<EncodedAudio> {
    const { audio } = fixture(name)
    const frames = Math.min(3000, Math.ceil(audio.length / 160 / 50) * 50 + 500)
    const window = model.createAudio()
    await model.encode(new LogMel(model.config.dims.mels).window(audio.subarray(0, 30 * RATE), frames), window)
    return window
  }

  /** How near one choice after a text was to another: logits between two tokens, or between a token and all timestamps. */
  async function margin(audio: EncodedAudio, before: readonly number[], one: number, other: number): Promise<number> {
    const { startOfTranscript, endOfText, firstTimestamp } = tokenizer.special
    cache.truncate(0)
    const { scores } = await model.decode([startOfTranscript, ...before], before.length, cache, audio)
    const [isTimestamp, wasTimestamp] = [one >= firstTimestamp, other >= firstTimestamp]
    // A timestamp is taken when all timestamps together are likelier than the likeliest text.
    const timestamps = scores.tail.subarray(firstTimestamp - endOfText)
    const together = Math.log(timestamps.reduce((sum, logit) => sum + Math.exp(logit), 0))
    const logit = (token: number) => {
      if (isTimestamp !== wasTimestamp && token >= firstTimestamp) return together
      const at = scores.best.indexOf(token)
      return token >= endOfText
        ? scores.tail[token - endOfText]!
        : at < 0
          ? Number.NEGATIVE_INFINITY
          : scores.bestLogits[at]!
    }
    return Math.abs(logit(one) - logit(other))
  }

  // 8-bit activations are rounded; how many tokens a call has changes the last bit of what is rounded.
  const ROUNDING_LOGITS = 0.6

  it.each([...SPEECH, 'two_cities'])('gives what plain greedy decoding gives: %s', async (name) => {
    const audio = await encoded(name)
    const plain = await decodeWindow(model, tokenizer, audio, cache, { ...options, draft: NO_DRAFT })
    const halves = [plain.tokens.slice(0, plain.tokens.length >> 1), plain.tokens.slice(plain.tokens.length >> 1)]
    const wrong = plain.tokens.map((token, i) => (i % 7 === 5 ? token + 1 : token))
    const doubled = plain.tokens.flatMap((token, i) => (i % 9 === 4 ? [token, token] : [token]))
    for (const draft of [plain.tokens, ...halves, wrong, doubled, [...plain.tokens, ...plain.tokens]]) {
      const unsure = { tokens: draft, held: 0, probabilities: [] }
      const { tokens } = await decodeWindow(model, tokenizer, audio, cache, { ...options, draft: unsure })
      const at = tokens.findIndex((token, i) => token !== plain.tokens[i])
      if (at < 0 && tokens.length === plain.tokens.length) continue
      const place = at < 0 ? tokens.length : at
      const end = tokenizer.special.endOfText
      const difference = await margin(
        audio,
        plain.tokens.slice(0, place),
        tokens[place] ?? end,
        plain.tokens[place] ?? end,
      )
      expect(difference, `token ${place}`).toBeLessThan(ROUNDING_LOGITS)
    }
    audio.dispose()
  })
})

describe('memory', () => {
  it('of a window is not taken anew in each update', async () => {
    const session = new WhisperSession(model, tokenizer, {
      language: 'en',
      task: 'transcribe',
      beamSize: 1,
      temperatures: [0],
    })
    const { audio } = fixture('austen_870')
    const request = { prompt: '', positionSamples: 0, pause() {} }
    const lengths = Array.from({ length: 6 }, (_, i) => Math.floor((audio.length * (i + 4)) / 9))
    await session.transcribe({ ...request, audio: audio.subarray(0, lengths[0]) })
    const before = process.memoryUsage().arrayBuffers
    for (const length of lengths) await session.transcribe({ ...request, audio: audio.subarray(0, length) })
    // ONNX Runtime gives a copy of all that the encoder writes: 11 MB an update.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(18 * 2 ** 20)
    session.close()
  })
})
